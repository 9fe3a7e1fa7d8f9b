"""What a device learns of the person's rights with the answer of an exchange: what changed, and nothing else."""

from typing import Any

import pytest

from server.areas import KINDS
from shared.core.actor import Actor
from tests.serving import TestServer


class Desk:
    """A signed-in person's device that knows who he or she is, as a desktop does."""

    def __init__(self, server: TestServer, name: str) -> None:
        self._server, self._device = server, server.device()
        told = server.sign_in(name, self._device).data
        self.token, shown = told["access_token"], told["person"]
        self.actor = Actor(person_id=shown["id"], organisation_id=told["organisation"]["id"], **_known(shown))

    def exchange(self, **more: Any) -> Any:
        """Exchange once and go by what is told; gives the answer."""
        body = {"protocol": 1, "device_id": self._device.id, "install_epoch": 1, "known_kinds": sorted(KINDS)}
        asked = {"actor_revision": self.actor.revision} | more
        told = self._server.post("/api/v1/sync", body | asked, self.token)
        if told.status == 200 and told.data["actor"] is not None:
            self.actor = Actor.model_validate(told.data["actor"])
        return told

    def learns(self) -> bool:
        """Whether an exchange tells of other rights, and the next one of none."""
        told = self.exchange().data["actor"]
        assert self.exchange().data["actor"] is None
        assert self.exchange(actor_revision=None).data["actor"] is None, "whoever doesn't ask isn't told"
        return told is not None


def _known(shown: dict[str, Any]) -> dict[str, Any]:
    return {one: shown[one] for one in ("name", "roles", "permissions", "teaches", "withheld", "scopes")}


def _give(server: TestServer, person_id: str, roles: list[str], old: list[str]) -> None:
    done = server.do(server.command("SetPersonRoles", person_id, {"roles": roles, "old_roles": old}))
    assert done.verdict == "applied", done


def test_a_role_given_taken_or_changed_is_told_at_the_next_exchange(server: TestServer) -> None:
    server.add_person("boss")
    esi = server.add_person("esi", ("student",))
    boss = server.sign_in("boss").data["access_token"]
    desk = Desk(server, "esi")
    assert not desk.learns(), "what the sign-in told is what the exchange knows"
    wanted = {"name": "Lab technician", "own": ["people.see"], "inherits": ["attendance_officer"]}
    assert server.post("/api/v1/roles", wanted, boss).status == 201
    assert not desk.learns(), "a role that somebody else may get is nobody's news"
    _give(server, esi, ["lab_technician", "student"], ["student"])
    assert desk.learns()
    assert desk.actor.roles == ("lab_technician", "student")
    assert desk.actor.may("kit.lend")
    tag = server.get("/api/v1/roles/lab_technician", boss).headers["etag"]
    changed = server.ask("PATCH", "/api/v1/roles/lab_technician", {"inherits": []}, boss, If_Match=tag)
    assert changed.status == 200
    assert desk.learns()
    assert not desk.actor.may("kit.lend")
    _give(server, esi, ["student"], ["lab_technician", "student"])
    assert desk.learns()
    assert not desk.actor.may("people.see")
    me = server.get("/api/v1/auth/me", desk.token).data["person"]
    assert _known(me) == {name: _plain(value) for name, value in desk.actor.model_dump().items() if name in _known(me)}


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else list(value) if isinstance(value, tuple) else value


def test_a_course_and_a_right_in_it_are_told_and_so_is_another_name(server: TestServer) -> None:
    ama = server.add_person("ama", ("instructor",), given_name="Ama", family_name="Owusu")
    desk = Desk(server, "ama")
    course, cohort = server.new_id(), server.new_id()
    for kind, target, payload in (
        ("AddCourse", course, {"code": "PHOTO", "title": "Photography"}),
        ("AddCohort", cohort, {"course_id": course, "code": "P-1", "name": "Photo 1", "instructors": [ama]}),
    ):
        assert server.do(server.command(kind, target, payload)).verdict == "applied"
    assert desk.learns()
    assert desk.actor.teaches_with("mark", cohort)
    changes = {"family_name": {"old": "Owusu", "new": "Owusu-Ansah"}}
    base = server.get(f"/api/v1/users/{ama}", desk.token).headers["etag"].strip('"')
    assert server.do(server.command("EditPerson", ama, {"changes": changes}, base)).verdict == "applied"
    assert desk.learns()
    assert desk.actor.name == "Ama Owusu-Ansah"


def test_whoever_is_suspended_gets_no_answer_instead(server: TestServer) -> None:
    esi = server.add_person("esi", ("student",))
    desk = Desk(server, "esi")
    payload = {"state": "suspended", "old_state": "active"}
    assert server.do(server.command("SetPersonState", esi, payload)).verdict == "applied"
    assert desk.exchange().code == "suspended"


@pytest.mark.parametrize("bad", ["x" * 65, 7, ["a"], {"a": 1}, True])
def test_a_revision_that_is_none_is_refused_with_its_name(server: TestServer, bad: Any) -> None:
    server.add_person("esi", ("student",))
    told = Desk(server, "esi").exchange(actor_revision=bad)
    assert (told.status, told.code) == (422, "invalid")
    assert told.json["details"]["fields"][0]["field"] == "actor_revision"


@pytest.mark.parametrize("strange", ["", "'; DROP TABLE person; --", "\x00", "ɛ" * 64])
def test_a_strange_revision_is_only_another_one(server: TestServer, strange: str) -> None:
    """Nothing is looked up by it: whoever says something wrong is told what is right."""
    server.add_person("esi", ("student",))
    assert Desk(server, "esi").exchange(actor_revision=strange).data["actor"] is not None
