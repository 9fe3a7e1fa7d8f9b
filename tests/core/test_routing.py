"""Routes that are put together late, and bodies that are read strictly."""

import threading

import pytest
from fastapi.routing import APIRoute

from server.core.routing import Route, Router


def test_every_route_of_the_server_can_be_put_together_and_none_was_before(sqlite_server):
    routes = [route for route in sqlite_server.app.router.routes if isinstance(route, APIRoute)]
    assert {type(route) for route in routes} == {Route}, "no area has a router of its own kind"
    late = [route for route in routes if "dependant" not in vars(route)]
    assert len(late) > len(routes) * 0.9
    for route in late:
        route.put_together()
        assert route.dependant.call is route.endpoint


def test_a_route_says_what_it_is_before_and_is_put_together_once():
    router, seen = Router(prefix="/api"), []

    @router.post("/things/{thing_id}", openapi_extra={"security": []}, include_in_schema=False)
    def things(thing_id: str, wanted: dict[str, int]) -> None:
        """Do something."""

    (route,) = router.routes
    assert (route.path, route.methods, route.name) == ("/api/things/{thing_id}", {"POST"}, "things")
    assert (route.openapi_extra, route.include_in_schema) == ({"security": []}, False)
    assert route.path_regex.match("/api/things/9")
    assert "dependant" not in vars(route)
    threads = [threading.Thread(target=lambda: seen.append(route.dependant)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert all(one is seen[0] for one in seen)
    assert route.description == "Do something."
    with pytest.raises(AttributeError):
        _ = route.never_heard_of


@pytest.mark.parametrize(
    "body",
    [
        b'{"ids": ["\\ud800"], "state": "active"}',
        b'{"ids": ["\xff"], "state": "active"}',
        b'{"ids": [], "ids": }',
        b'{"state": NaN}',
        b"",
        b"\xef\xbb\xbf",
    ],
)
def test_a_body_that_no_answer_could_carry_is_refused(sqlite_server, body):
    sqlite_server.add_person("ama")
    token = sqlite_server.sign_in("ama").data["access_token"]
    told = sqlite_server.wire.ask("POST", "/api/v1/users/state", body, {"authorization": f"Bearer {token}"})
    assert told.status in {400, 422}
    assert told.code


def test_a_number_beyond_all_bounds_is_no_whole_number(sqlite_server):
    sqlite_server.add_person("ama")
    body = b'{"organisation": "km-media", "name": "ama", "password": "x", "device": {"id": "x", "install_epoch": %d}}'
    told = sqlite_server.wire.ask("POST", "/api/v1/auth/sign-in", body % 10**40)
    assert (told.status, told.code) == (422, "invalid")
