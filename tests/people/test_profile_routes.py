"""Profiles over REST: one's own and others', field by field for each role, with versions and bad inputs."""

from typing import Any

import pytest

from shared.people.vocabulary import Role
from tests.serving import TestServer

CONTACT = {"name": "Yaw Mensah", "relation": "father", "phone": "024 555 0199", "email": "", "told": True}
PUBLIC = {
    "preferred_name", "bio", "specialisation", "qualifications", "links", "interests", "goals", "skill_level",
    "learning_style", "study_time", "weekly_goal", "branch_id",
}  # fmt: skip
PRIVATE = {"address", "guardians"}
VALUES: dict[str, Any] = {
    "preferred_name": "Nana", "bio": "Hello", "specialisation": "Portraits", "qualifications": ["Level 2"],
    "links": ["https://ama.example.org/"], "interests": ["film"], "goals": "A show", "skill_level": "advanced",
    "learning_style": "doing", "study_time": "night", "weekly_goal": 240, "address": "1 Low Street",
    "guardians": [CONTACT],
}  # fmt: skip
SHARED = {"preferred_name", "bio", "specialisation", "qualifications", "address", "guardians"}
OFFICE = {Role.PLATFORM_ADMINISTRATOR, Role.ADMINISTRATOR, Role.REGISTRAR}
SEERS = {Role.CASHIER, Role.BURSAR, Role.ATTENDANCE_OFFICER, Role.AUDITOR}


def _token(server: TestServer, name: str) -> str:
    return str(server.sign_in(name).data["access_token"])


def _own(server: TestServer) -> tuple[str, str]:
    return server.add_person("ama", ("student",)), _token(server, "ama")


def _patch(server: TestServer, path: str, body: dict[str, Any], token: str, version: str = "0.0") -> Any:
    return server.ask("PATCH", path, body, token, if_match=f'"{version}"')


def _version(answer: Any) -> str:
    return str(answer.headers["etag"].strip('"'))


def test_ones_own_profile_is_written_whole_and_read_back(server: TestServer) -> None:
    ama, token = _own(server)
    empty = server.get("/api/v1/profile", token)
    assert empty.data == {"person_id": ama, **dict.fromkeys(PUBLIC | PRIVATE), **_lists()}
    told = _patch(server, "/api/v1/profile", VALUES, token, _version(empty))
    assert told.data == {"person_id": ama, "branch_id": None, **VALUES}
    again = server.get("/api/v1/profile", token)
    assert (again.data, _version(again)) == (told.data, _version(told))
    assert server.ask("GET", "/api/v1/profile", None, token, if_none_match=f'"{_version(again)}"').status == 304
    cleared = _patch(server, "/api/v1/profile", {"bio": None, "links": []}, token, _version(again))
    assert (cleared.data["bio"], cleared.data["links"]) == (None, [])


def _lists() -> dict[str, list[Any]]:
    return {name: [] for name in ("qualifications", "links", "interests", "guardians")}


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.STUDENT])
def test_each_role_reads_and_writes_the_fields_that_are_its(sqlite_server: TestServer, role: Role) -> None:
    server = sqlite_server
    ama, own = _own(server)
    _patch(server, "/api/v1/profile", VALUES, own)
    server.add_person("other", (str(role),))
    token, path = _token(server, "other"), f"/api/v1/users/{ama}/profile"
    read = server.get(path, token)
    if role not in OFFICE | SEERS:
        assert read.code == "not_found", "an instructor of no class of hers"
        return
    assert set(read.data) - {"person_id"} == (PUBLIC | PRIVATE if role in OFFICE else PUBLIC)
    version = _version(server.get(path, own))
    for name, value in VALUES.items():
        new = {**CONTACT, "name": "Esi"} if name == "guardians" else None
        wanted = [new] if new else ["New"] if isinstance(value, list) and name != "links" else value
        answer = _patch(server, path, {name: wanted}, token, version)
        may = role in OFFICE and name in SHARED
        assert (answer.status == 200) == may, (role, name, answer.body)
        version = _version(server.get(path, own))


def test_a_stale_version_is_a_conflict_and_a_missing_one_is_told(sqlite_server: TestServer) -> None:
    server = sqlite_server
    _, token = _own(server)
    first = _patch(server, "/api/v1/profile", {"bio": "One"}, token)
    assert _patch(server, "/api/v1/profile", {"bio": "Two"}, token, _version(first)).status == 200
    stale = _patch(server, "/api/v1/profile", {"bio": "Three"}, token, _version(first))
    assert (stale.status, stale.code) == (409, "conflict")
    assert server.get("/api/v1/profile", token).data["bio"] == "Two"
    other = _patch(server, "/api/v1/profile", {"goals": "A show"}, token, _version(first))
    assert other.status == 200, "another field, which nobody changed since"
    version = _version(other)
    again = {"idempotency_key": "one", "if_match": f'"{version}"'}
    for _ in range(2):
        assert server.ask("PATCH", "/api/v1/profile", {"goals": "Two shows"}, token, **again).status == 200
    assert server.ask("PATCH", "/api/v1/profile", {"bio": "x"}, token).code == "base_missing"
    assert server.ask("PATCH", "/api/v1/profile", {"bio": "x"}, token, if_match='"one"').code == "base_missing"


@pytest.mark.parametrize(
    "body",
    [
        {"bio": 7}, {"bio": "a" * 2_001}, {"links": ["javascript:alert(1)"]}, {"links": "x"}, {"role": "administrator"},
        {"weekly_goal": True}, {"weekly_goal": "60"}, {"weekly_goal": 0}, {"branch_id": "Tema"},
        {"skill_level": "expert"}, {"bio": "a\x00b"},
        {"guardians": [{"name": "Yaw"}]}, {"guardians": [{"name": "Yaw", "phone": "024 555 0199", "admin": True}]},
        {"guardians": [CONTACT] * 5}, {"preferred_name": "a\u202eb"}, {"interests": [""]}, {"person_id": "x"},
    ],
)  # fmt: skip
def test_bad_inputs(sqlite_server: TestServer, body: dict[str, Any]) -> None:
    _, token = _own(sqlite_server)
    assert _patch(sqlite_server, "/api/v1/profile", body, token).status == 422
    assert sqlite_server.get("/api/v1/profile", token).data["links"] == []
