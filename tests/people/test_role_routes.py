"""Roles and permissions over the wire: listed, made, changed, removed, and in force at the next request."""

from shared.people.vocabulary import Permission, Role
from tests.serving import TestServer


def test_everybody_reads_the_catalogue_with_what_he_holds_himself(server: TestServer) -> None:
    server.add_person("boss")
    server.add_person("stu", ("student",))
    token = server.sign_in("stu").data["access_token"]
    lines = {one["word"]: one for one in server.get("/api/v1/permissions", token).data}
    assert set(lines) == set(Permission)
    assert {word for word, line in lines.items() if line["held"]} == {"work.hand_in"}
    assert lines["people.erase"]["sensitive"] is True
    assert {one["key"] for one in server.get("/api/v1/roles", token).data} == set(Role)
    assert server.get("/api/v1/roles/cashier/people", token).code == "not_allowed"


def test_a_role_is_made_given_changed_and_removed(server: TestServer) -> None:
    server.add_person("boss")
    esi = server.add_person("esi", ("student",))
    boss, theirs = (server.sign_in(name).data["access_token"] for name in ("boss", "esi"))
    wanted = {"name": "Lab technician", "own": ["core.see_all"], "inherits": ["attendance_officer"]}
    made = server.post("/api/v1/roles", wanted, boss, Idempotency_Key="once")
    assert made.status == 201
    assert made.data["key"] == "lab_technician"
    assert "kit.lend" in made.data["permissions"]
    assert server.post("/api/v1/roles", wanted, boss, Idempotency_Key="once").data["id"] == made.data["id"]
    assert server.post("/api/v1/roles", wanted, boss).code == "role_exists"
    row = server.get(f"/api/v1/users/{esi}", boss).data
    command = server.command("SetPersonRoles", esi, {"roles": ["lab_technician"], "old_roles": row["roles"]})
    assert server.do(command).verdict == "applied"
    me = server.get("/api/v1/auth/me", theirs).data
    assert "kit.lend" in me["person"]["permissions"], "at the very next request"
    assert [one["id"] for one in server.get("/api/v1/roles/lab_technician/people", boss).data] == [esi]
    tag = server.get("/api/v1/roles/lab_technician", boss).headers["etag"]
    changed = server.ask("PATCH", "/api/v1/roles/lab_technician", {"inherits": []}, boss, If_Match=tag)
    assert changed.data["permissions"] == ["core.see_all"]
    assert server.get("/api/v1/auth/me", theirs).data["person"]["permissions"] == ["core.see_all"]
    assert server.ask("DELETE", "/api/v1/roles/lab_technician", None, boss).code == "role_in_use"
    server.do(server.command("SetPersonRoles", esi, {"roles": ["student"], "old_roles": ["lab_technician"]}))
    assert server.ask("DELETE", "/api/v1/roles/lab_technician", None, boss).data["retired"] is True
    assert server.get("/api/v1/roles/lab_technician", boss).code == "not_found"
    assert server.post("/api/v1/roles", wanted, boss).data["key"] == "lab_technician", "and may come again"


def test_a_name_counts_to_its_last_letter(server: TestServer) -> None:
    """Names that only begin alike are two roles; the same name is one, and a repeat is no second one."""
    server.add_person("boss")
    token = server.sign_in("boss").data["access_token"]
    start = "Head of the department of photography and film at the branch of "
    made = {}
    for name in (start + "Kumasi", start + "Accra", "Lab technician", "Lab-technician", "研究", "学生"):
        told = server.post("/api/v1/roles", {"name": name}, token, Idempotency_Key=f"make {name}".encode().hex())
        assert told.status == 201, told.json
        made[told.data["key"]] = name
        again = server.post("/api/v1/roles", {"name": name}, token, Idempotency_Key=f"make {name}".encode().hex())
        assert again.data["id"] == told.data["id"]
        assert server.post("/api/v1/roles", {"name": f" {name.upper()}"}, token).code == "role_exists"
    assert len(made) == 6
    listed = {one["key"]: one["name"] for one in server.get("/api/v1/roles", token).data}
    assert made.items() <= listed.items()
    assert server.post("/api/v1/roles", {"name": "x" * 101}, token).status == 422
    tag = server.get("/api/v1/roles/lab_technician", token).headers["etag"]
    renamed = {"name": start + "Accra"}
    told = server.ask("PATCH", "/api/v1/roles/lab_technician", renamed, token, If_Match=tag)
    assert (told.status, told.code) == (422, "field_invalid")


def test_bad_roles_are_refused_with_a_sentence(server: TestServer) -> None:
    server.add_person("boss")
    token = server.sign_in("boss").data["access_token"]
    told = server.post("/api/v1/roles", {"key": "selfish", "name": "Selfish", "inherits": ["selfish"]}, token)
    assert (told.status, told.code) == (422, "field_invalid")
    assert "can't take itself over" in told.json["error"]
    assert server.post("/api/v1/roles", {"name": ""}, token).status == 422
    assert server.post("/api/v1/roles", {"name": "X", "permissions": ["people.see"]}, token).status == 422
    assert server.post("/api/v1/roles", {"name": "=1+1|<b>'; DROP TABLE role; --"}, token).status == 201
    tag = server.get("/api/v1/roles/cashier", token).headers["etag"]
    assert server.ask("PATCH", "/api/v1/roles/cashier", {}, token, If_Match=tag).code == "nothing_given"
    assert server.ask("PATCH", "/api/v1/roles/cashier", {"own": []}, token, If_Match=tag).code == "role_built_in"
    renamed = server.ask("PATCH", "/api/v1/roles/cashier", {"name": "Paymaster"}, token, If_Match=tag)
    assert renamed.data["name"] == "Paymaster"
    assert server.ask("PATCH", "/api/v1/roles/cashier", {"name": "X"}, token).code == "base_missing"
    assert server.ask("DELETE", "/api/v1/roles/cashier", None, token).code == "role_built_in"


def test_nobody_with_less_sets_the_password_of_someone_with_more(server: TestServer) -> None:
    boss = server.add_person("boss")
    server.add_person("other")
    server.add_person("helper", ("student",))
    token = server.sign_in("other").data["access_token"]
    helping = {"name": "Helping", "own": ["roles.assign", "people.edit", "people.see"]}
    assert server.post("/api/v1/roles", helping, token).status == 201
    helper = server.get("/api/v1/users?search=helper", token).data[0]
    server.do(server.command("SetPersonRoles", helper["id"], {"roles": ["helping"], "old_roles": ["student"]}))
    theirs = server.sign_in("helper").data["access_token"]
    assert server.post("/api/v1/auth/temporary-password", {"person_id": boss}, theirs).code == "not_allowed"
