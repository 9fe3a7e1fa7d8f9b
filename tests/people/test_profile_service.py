"""Profiles on the server: made by the first change, merged field by field, and seen only by those whom a rule names."""

from typing import Any

import orjson
import pytest

from server.core import feeds
from server.people.profile_service import KINDS
from shared.core.outcome import Outcome
from shared.people.profile_fields import row_id
from shared.people.vocabulary import PRIVATE_PROFILE, PROFILE, Role
from tests.institute import Device, Institute

CONTACT = {"name": "Yaw Mensah", "relation": "father", "phone": "024 555 0199", "email": "", "told": True}


@pytest.fixture
def esi(institute: Institute) -> Device:
    """A student at her own laptop."""
    return institute.device("esi", Role.STUDENT, "Esi Addo")


def _edit(
    device: Device, person_id: str, base: str | None = None, kind: str = PROFILE, **changes: tuple[Any, Any]
) -> Outcome:
    command = "EditProfile" if kind == PROFILE else "EditPrivateProfile"
    wanted = {name: {"old": old, "new": new} for name, (old, new) in changes.items()}
    return device.do(command, row_id(kind, person_id), {"person_id": person_id, "changes": wanted}, base)


def _row(institute: Institute, person_id: str, kind: str = PROFILE) -> Any:
    sql = f"SELECT {KINDS[kind].selected()} FROM {kind} t WHERE t.organisation_id = :o AND t.person_id = :id"
    with institute.parts.database.read() as db:
        row = db.one(sql, o=institute.organisation_id, id=person_id)
    return KINDS[kind].body_of(row) if row else None


def _fed(institute: Institute, device: Device) -> set[str]:
    """The kinds of rows of profiles that someone's feed carries."""
    actor = institute.refreshed(device.actor)
    hidden = [feeds.BUT + kind for kind in institute.parts.exchange.hidden(actor)]
    scopes = (*actor.scopes, *hidden, f"{feeds.OWN}person:{actor.person_id}")
    with institute.parts.database.read() as db:
        page = feeds.page_after(db, actor.organisation_id, scopes, 0, 500)
    entries = orjson.loads(page.entries)
    return {f"{entry['kind']} {entry['parent']}" for entry in entries if entry["kind"] in KINDS}


def test_the_first_change_makes_the_row_and_later_ones_merge(institute: Institute, esi: Device) -> None:
    me = esi.actor.person_id
    first = _edit(esi, me, bio=(None, " I take pictures "), interests=([], ["film", "light"]))
    assert first.verdict == "applied"
    second = _edit(esi, me, first.revision, weekly_goal=(None, 240), links=([], ["https://esi.example.org/"]))
    assert second.verdict == "applied"
    # The office, which saw nothing of this yet, changes another field: both stay.
    third = _edit(institute.registrar, me, None, specialisation=(None, "Portraits"))
    assert third.verdict == "applied"
    body = _row(institute, me)
    assert (body["bio"], body["interests"], body["weekly_goal"]) == ("I take pictures", ["film", "light"], 240)
    assert (body["specialisation"], body["links"]) == ("Portraits", ["https://esi.example.org/"])


def test_one_field_changed_by_two_is_a_conflict_with_both_values(institute: Institute, esi: Device) -> None:
    me = esi.actor.person_id
    first = _edit(esi, me, kind=PRIVATE_PROFILE, address=(None, "1 Low Street"))
    clash = _edit(institute.registrar, me, None, PRIVATE_PROFILE, address=(None, "2 High Street"))
    assert (clash.verdict, clash.details["fields"]) == ("conflict", ["address"])
    assert _row(institute, me, PRIVATE_PROFILE)["address"] == "1 Low Street"
    same = _edit(institute.registrar, me, first.revision, PRIVATE_PROFILE, address=(None, "1 Low Street"))
    assert same.verdict in ("agreed", "conflict")
    choices = {"choices": {"address": clash.command_id}}
    assert institute.registrar.do("SettleConflict", str(clash.conflict_id), choices).verdict == "applied"
    assert _row(institute, me, PRIVATE_PROFILE)["address"] == "2 High Street"
    assert institute.registrar.do("SettleConflict", str(clash.conflict_id), choices).verdict != "held"


def test_the_same_text_written_by_two_agrees(institute: Institute, esi: Device) -> None:
    me = esi.actor.person_id
    assert _edit(esi, me, bio=(None, "Hello")).verdict == "applied"
    assert _edit(institute.registrar, me, None, bio=(None, " Hello ")).verdict == "agreed"


def test_what_is_refused(institute: Institute, esi: Device) -> None:
    me, other = esi.actor.person_id, institute.students[0]
    assert _edit(esi, other, bio=(None, "x")).code == "not_allowed"
    assert _edit(institute.ama, other, kind=PRIVATE_PROFILE, guardians=([], [CONTACT])).code == "not_allowed"
    assert _edit(institute.registrar, me, interests=([], ["film"])).code == "not_allowed"
    assert _edit(institute.registrar, institute.ama.actor.person_id, bio=(None, "x")).code == "not_allowed"
    assert _edit(esi, me, links=([], ["http://example.org"])).code == "field_invalid"
    assert _edit(esi, me, address=(None, "x")).code == "field_unknown"
    assert _edit(esi, me, roles=(None, ["administrator"])).code == "field_unknown"
    odd = esi.do("EditProfile", row_id(PROFILE, other), {"person_id": me, "changes": {"bio": {"new": "x"}}})
    assert odd.code == "profile_of_another"
    assert _row(institute, me) is None


def test_the_profile_of_someone_not_accepted_yet_waits_for_the_office(institute: Institute) -> None:
    stranger = institute.parts.new_id()
    waiting = _edit(institute.registrar, stranger, bio=(None, "x"))
    assert (waiting.verdict, waiting.code) == ("held", "waits_for_creation")


def test_who_gets_which_row(institute: Institute, esi: Device) -> None:
    student = institute.students[0]
    public, private = f"profile {student}", f"private_profile {student}"
    assert _edit(institute.registrar, student, bio=(None, "x")).verdict == "applied"
    assert _edit(institute.registrar, student, kind=PRIVATE_PROFILE, guardians=([], [CONTACT])).verdict == "applied"
    cashier = institute.device("cashier", Role.CASHIER, "Efua Darko")
    auditor = institute.device("auditor", Role.AUDITOR, "Kwame Asante")
    door = institute.device("door", Role.ATTENDANCE_OFFICER, "Yaw Osei")
    assert _fed(institute, institute.registrar) == {public, private}
    for device in (institute.ama, cashier, auditor, door):
        assert _fed(institute, device) == {public}, device.actor.name
    assert _fed(institute, esi) == set()
    own = _edit(esi, esi.actor.person_id, kind=PRIVATE_PROFILE, address=(None, "Mine"))
    assert own.verdict == "applied"
    assert _fed(institute, esi) == {f"private_profile {esi.actor.person_id}"}
