"""A suspended person's sign-ins end at once and don't come back with the person."""

from tests.serving import TestServer


def test_sign_ins_end_with_the_suspension_and_stay_ended(server: TestServer) -> None:
    server.add_person("efua")
    admin = server.sign_in("efua").data["access_token"]
    person_id = server.add_person("kofi", ("instructor",))
    token = server.sign_in("kofi").data["access_token"]
    assert server.get("/api/v1/auth/me", token).status == 200
    server.post("/api/v1/users/state", {"ids": [person_id], "state": "suspended"}, admin)
    assert server.get("/api/v1/auth/me", token).status == 401
    server.post("/api/v1/users/state", {"ids": [person_id], "state": "active"}, admin)
    assert server.get("/api/v1/auth/me", token).status == 401
    assert server.sign_in("kofi").status == 200
