"""Disagreements about marks, and marks that wait for the office, reach only those who may see marks at all."""

import orjson
import pytest

from shared.core.conflict import KIND as CONFLICT
from shared.core.sync import ALL_SCOPE, CheckRequest, digest_rows
from shared.people.vocabulary import Role
from tests.grading.classroom import Classroom, classroom
from tests.grading.test_grading_routes import School, school
from tests.grading.test_mark_feed import Wire, kinds
from tests.institute import Device

__all__ = ["classroom", "school"]
SECRET = "The light is wonderful"


def _quarrel(classroom: Classroom) -> list[str]:
    """Make a disagreement, a mark that waits for the office, and one that a fault of ours keeps; returns their ids."""
    work = classroom.work()
    classroom.mark(work, "43.25", feedback=SECRET)
    disputed = classroom.mark(work, "31.75", by=classroom.kofi, base=None)
    classroom.mark(work, "20", at=1)
    classroom.unassign(classroom.kofi)
    held = classroom.mark(work, "22.5", by=classroom.kofi, at=1, feedback=SECRET)
    assert (disputed.verdict, held.verdict) == ("conflict", "held")
    return [disputed.conflict_id, held.conflict_id]


@pytest.mark.parametrize(("role", "sees"), [(Role.CASHIER, False), (Role.AUDITOR, True), (Role.REGISTRAR, True)])
def test_whoever_sees_everything_but_marks_gets_no_dispute_of_them(
    classroom: Classroom, role: Role, sees: bool
) -> None:
    other = classroom.institute.device("other", role, "Afia Darko")
    wire = Wire(classroom, other)
    found = _quarrel(classroom)
    for told in (wire.news(), wire.fresh()):
        assert all((one.encode() in told) is sees for one in found)
        assert (SECRET.encode() in told) is sees
        assert (b"31.75" in told) is sees


def test_a_mark_kept_for_a_fault_of_ours_is_hidden_as_well(classroom: Classroom, monkeypatch, expect_log) -> None:
    expect_log("server.core.command_log: ERROR")
    known = classroom.institute.parts.door.types["RecordMark"]

    def fails(_batch, _items):
        raise ZeroDivisionError

    work = classroom.work()
    monkeypatch.setitem(
        classroom.institute.parts.door.types, "RecordMark", type(known)("RecordMark", known.payload, fails)
    )
    held = classroom.mark(work, "43.25", feedback=SECRET)
    assert (held.verdict, held.code) == ("held", "server_fault")
    cashier = classroom.institute.device("other", Role.CASHIER, "Afia Darko")
    assert SECRET.encode() not in Wire(classroom, cashier).fresh()
    assert SECRET.encode() in Wire(classroom, classroom.institute.devices["registrar"]).fresh()


def test_other_disputes_still_reach_the_cash_desk(classroom: Classroom) -> None:
    cashier = classroom.institute.device("other", Role.CASHIER, "Afia Darko")
    work = classroom.work()
    base = classroom.revision("assignment", work)
    assert classroom.change(work, title="Faces", base=base).verdict == "applied"
    payload = {"changes": {"title": {"old": "Portraits", "new": "Hands"}}}
    assert classroom.kofi.do("EditAssignment", work, payload, base).verdict == "conflict"
    assert CONFLICT in kinds(Wire(classroom, cashier).fresh(), "snapshot_changes")


def test_what_a_cashier_holds_compares_equal(classroom: Classroom) -> None:
    cashier = classroom.institute.device("other", Role.CASHIER, "Afia Darko")
    _quarrel(classroom)
    wire = Wire(classroom, cashier)
    rows = orjson.loads(wire.fresh())["snapshot_changes"]
    digest = digest_rows(ALL_SCOPE, [(row["id"], row["revision"]) for row in rows])
    actor = classroom.institute.refreshed(cashier.actor)
    request = CheckRequest.model_validate({"cursor": wire.cursor, "digests": [digest.model_dump()]})
    told = classroom.institute.parts.exchange.check(actor, request)
    assert (told.comparable, told.mismatched) == (True, ())


def _settles(classroom: Classroom, who: Device, dispute: str) -> tuple[str, str | None]:
    told = who.do("SettleConflict", dispute, {"choices": {"judgement": classroom.new()}})
    return told.verdict, told.code


def test_nobody_settles_a_dispute_that_isnt_shown(classroom: Classroom) -> None:
    cashier = classroom.institute.device("other", Role.CASHIER, "Afia Darko")
    settles = cashier.actor.model_copy(update={"permissions": cashier.actor.permissions | {"sync.settle"}})
    dispute, held = _quarrel(classroom)
    other = Device(classroom.institute, settles, cashier.origin, cashier.seq)
    assert _settles(classroom, other, dispute) == ("rejected", "not_allowed")
    told = other.do("SettleConflict", held, {"choices": {"held": "accept"}})
    assert (told.verdict, told.code) == ("rejected", "not_allowed")
    assert _settles(classroom, classroom.institute.devices["registrar"], dispute)[1] == "choice_unknown"


def test_over_http_a_cashier_neither_lists_nor_settles_them(school: School) -> None:
    server, path = school.server, "/api/v1/sync/conflicts"
    server.add_person("afia", ("cashier",))
    server.add_person("efua", ("registrar",))
    tokens = {who: server.sign_in(who).data["access_token"] for who in ("afia", "efua")}
    school.save("ama", "40")
    told = school.save("ama", "41")
    dispute = told.data["outcomes"][0]["conflict_id"]
    assert dispute
    assert [one["id"] for one in server.get(path, tokens["efua"]).data] == [dispute]
    assert server.get(path, tokens["afia"]).data == []
    choice = {"choices": {"judgement": school.server.new_id()}}
    answer = server.post(f"{path}/{dispute}/settle", choice, tokens["afia"])
    assert (answer.status, answer.code) == (404, "not_found")
