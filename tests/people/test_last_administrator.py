"""The last administrator stays by every way out: roles, merging, anonymising, removing, retention, a late decision."""

from typing import Any

import pytest

from server.core.batch import Origin
from server.people.retention_classes import anonymise_all
from shared.core.outcome import Outcome
from shared.people.role_rules import role_id
from shared.people.vocabulary import Role
from tests.institute import Device, Institute
from tests.timetable.planning import Office

RULING = ["organisation.edit", "roles.assign", "roles.edit"]
EVERYONE = "SELECT p.id FROM person p WHERE p.organisation_id = :o AND p.state = 'active' AND :before <> '' LIMIT :rows"


@pytest.fixture
def boss(institute: Institute) -> Device:
    """The one administrator, at a laptop that works without a network, too."""
    return institute.device("boss", Role.ADMINISTRATOR, "Efua Boss")


@pytest.fixture
def desk(institute: Institute) -> Office:
    """The server itself, which may do everything and is no administrator: nothing but the rule holds it."""
    return Office(institute, institute.system.actor, Origin(""))


def me(boss: Device) -> str:
    return boss.actor.person_id


def person(institute: Institute, person_id: str) -> tuple[str, str]:
    """State and roles, as the row has them."""
    with institute.parts.database.read() as db:
        sql = "SELECT state, roles FROM person WHERE organisation_id = :o AND id = :p"
        row = db.one(sql, o=institute.organisation_id, p=person_id)
    assert row is not None
    return row[0], row[1]


def is_refused(told: Outcome) -> bool:
    assert (told.verdict, told.code) == ("rejected", "last_administrator"), told
    return bool(told.message.startswith("This is the last administrator."))


def add(desk: Office, *roles: str) -> str:
    made = desk.institute.parts.new_id()
    told = desk.do("AddPerson", made, {"given_name": "Yaa", "roles": list(roles or ("student",))})
    assert told.verdict == "applied"
    return made


def state(by: Device, person_id: str, new: str, old: str = "active", **more: Any) -> Outcome:
    return by.do("SetPersonState", person_id, {"state": new, "old_state": old}, **more)


def roles(by: Device, person_id: str, new: list[str], old: list[str], base: str | None = None) -> Outcome:
    return by.do("SetPersonRoles", person_id, {"roles": new, "old_roles": old}, base)


def save(desk: Office, key: str, base: str | None = None, **wanted: Any) -> Outcome:
    changes = {name: {"old": None, "new": value} for name, value in {"name": key.title(), **wanted}.items()}
    return desk.do("SaveRole", role_id(desk.institute.organisation_id, key), {"key": key, "changes": changes}, base)


@pytest.mark.parametrize("new", ["suspended", "inactive"])
def test_nobody_puts_the_last_one_away(institute: Institute, boss: Device, desk: Office, new: str) -> None:
    assert all(is_refused(state(by, me(boss), new)) for by in (boss, desk))
    assert person(institute, me(boss)) == ("active", '["administrator"]')


def test_without_a_network_two_put_each_other_away_and_one_stays(institute: Institute, boss: Device) -> None:
    second = institute.device("second", Role.ADMINISTRATOR, "Yaw Boss")
    made = [
        by.command("SetPersonState", me(whom), {"state": "suspended", "old_state": "active"})
        for by, whom in ((boss, second), (second, boss))
    ]
    assert [by.send(one)[0].verdict for by, one in zip((boss, second), made, strict=True)] == ["applied", "rejected"]


@pytest.mark.parametrize("theirs", ["active", "suspended", "inactive"])
@pytest.mark.parametrize("stays", [True, False])
def test_a_merge_never_takes_the_last_one_away(
    institute: Institute, boss: Device, desk: Office, theirs: str, stays: bool
) -> None:
    other = add(desk)
    if theirs != "active":
        assert state(desk, other, theirs).verdict == "applied"
    to_id, from_id = (me(boss), other) if stays else (other, me(boss))
    told = desk.do("MergePeople", to_id, {"from_id": from_id, "from_name": "A", "to_name": "B"})
    if theirs == "active" or (stays and theirs == "inactive"):
        assert told.verdict == "applied"
        assert person(institute, to_id)[0] == "active"
        assert "administrator" in person(institute, to_id)[1]
    else:
        assert is_refused(told)
        assert person(institute, me(boss)) == ("active", '["administrator"]')


def test_taking_a_merge_apart_leaves_somebody(institute: Institute, boss: Device, desk: Office) -> None:
    stays, goes = add(desk), add(desk, "administrator")
    state(desk, goes, "suspended")
    merged = desk.do("MergePeople", stays, {"from_id": goes, "from_name": "A", "to_name": "B"})
    assert state(desk, stays, "active", "suspended").verdict == "applied"
    assert state(desk, me(boss), "suspended").verdict == "applied", "the merged entry rules by now"
    apart = {"merge_id": merged.command_id}
    assert is_refused(desk.do("UndoMerge", stays, apart))
    assert person(institute, stays) == ("active", '["student","administrator"]')
    assert state(desk, me(boss), "active", "suspended").verdict == "applied"
    assert desk.do("UndoMerge", stays, apart).verdict == "applied"


@pytest.mark.parametrize(("kind", "payload"), [("ErasePerson", {"reason": "Asked"}), ("RemovePerson", {})])
def test_the_last_one_is_neither_anonymised_nor_removed(
    institute: Institute, boss: Device, desk: Office, kind: str, payload: dict[str, Any]
) -> None:
    second = add(desk, "administrator")
    told = desk.send(*(desk.command(kind, one, payload) for one in (second, me(boss))))
    assert told[0].verdict == "applied"
    assert is_refused(told[1])
    assert person(institute, me(boss)) == ("active", '["administrator"]')


def test_retention_anonymises_everybody_else(institute: Institute, boss: Device, desk: Office) -> None:
    second = add(desk, "administrator")
    went = anonymise_all(institute.parts, institute.organisation_id, "2030", EVERYONE)
    left = [one for one in (me(boss), second) if person(institute, one) == ("active", '["administrator"]')]
    assert (went > 0, len(left)) == (True, 1)


def test_a_role_underneath_keeps_what_the_last_one_rules_by(institute: Institute, boss: Device, desk: Office) -> None:
    save(desk, "base", own=RULING)
    save(desk, "middle", inherits=["base"])
    save(desk, "top", inherits=["middle"])
    assert roles(desk, me(boss), ["top"], ["administrator"]).verdict == "applied"
    with institute.parts.database.read() as db:
        sql = "SELECT key, revision FROM role WHERE organisation_id = :o AND key IN ('base', 'middle', 'top')"
        base = {row[0]: row[1] for row in db.rows(sql, o=institute.organisation_id)}
    assert is_refused(save(desk, "base", base["base"], own=["roles.edit"]))
    assert is_refused(save(desk, "middle", base["middle"], inherits=[]))
    assert is_refused(save(desk, "top", base["top"], inherits=[]))
    for key in ("base", "top"):
        ended = desk.do("RemoveRole", role_id(institute.organisation_id, key), {})
        assert (ended.verdict, ended.code) == ("rejected", "role_in_use")
    add(desk, "administrator")
    assert save(desk, "middle", base["middle"], inherits=[]).verdict == "applied"


def test_a_decision_made_late_takes_nothing_from_the_last_one(institute: Institute, boss: Device, desk: Office) -> None:
    second = institute.device("second", Role.ADMINISTRATOR, "Yaw Boss")
    with institute.parts.database.read() as db:
        seen = db.one("SELECT revision FROM person WHERE organisation_id = :o AND id = :p",
                      o=institute.organisation_id, p=me(boss))  # fmt: skip
    assert seen is not None
    assert roles(second, me(boss), ["administrator", "cashier"], ["administrator"]).verdict == "applied"
    late = roles(second, me(boss), ["registrar"], ["administrator"], seen[0])
    assert late.verdict == "conflict"
    assert state(desk, me(second), "suspended").verdict == "applied"
    settled = desk.do("SettleConflict", late.conflict_id or "", {"choices": {"roles": late.command_id}})
    assert settled.verdict in {"applied", "rejected"}
    assert person(institute, me(boss)) == ("active", '["administrator","cashier"]')
