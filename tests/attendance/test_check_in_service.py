"""Class codes on the server, on both databases: who gets them, and what is checked again when one arrives."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from server.core import feeds
from shared.attendance.check_in import CLASS_CODE, CLASS_CODE_SEED
from shared.attendance.class_code import STEP, anchor_of, code_at, shown_at, step_at
from shared.attendance.rules import effective, mark_id
from shared.core.clock import instant_text
from shared.core.sync import CheckRequest, SnapshotTask, digest_rows
from shared.people.vocabulary import Role
from tests.core.test_exchange import Reader
from tests.institute import Device, Institute

SESSION = {"starts_at": "2026-11-20T08:00:00.000Z"}


@pytest.fixture
def student(institute: Institute) -> Device:
    """The first student at a lab machine."""
    device = institute.device("kwabena", Role.STUDENT, "Kwabena Mensah")
    device.actor = device.actor.model_copy(update={"person_id": institute.students[0]})
    return device


def _row(institute: Institute, sql: str, **places: Any) -> Any:
    with institute.parts.database.read() as db:
        return db.one(sql, **places)


def _write(institute: Institute, sql: str, **places: Any) -> None:
    institute.parts.database.write(lambda db: db.run(sql, **places))


def _seed(institute: Institute, session_id: str = "") -> str:
    found = _row(institute, "SELECT seed FROM class_code WHERE session_id = :s", s=session_id or institute.session_id)
    return str(found[0])


def _code(institute: Institute, step: int | None = None) -> str:
    now = step_at(SESSION, institute.clock.now())
    return code_at(institute.session_id, _seed(institute), now if step is None else step)


def _check_in(institute: Institute, device: Device, code: str, at: int = 0, **more: Any) -> Any:
    enrolment = institute.enrolments[at]
    payload = {"session_id": institute.session_id, "enrolment_id": enrolment, "code": code}
    return device.do("CheckInByCode", mark_id(institute.session_id, enrolment), payload, **more)


def _observations(institute: Institute, at: int = 0) -> list[dict[str, Any]]:
    names = ("id", "state", "minutes", "method", "author_id", "device_name", "supersedes", "ordinal", "observed_at")
    sql = f"SELECT {', '.join(names)} FROM observation WHERE enrolment_id = :e ORDER BY ordinal"
    with institute.parts.database.read() as db:
        rows = db.rows(sql, e=institute.enrolments[at])
    return [{**dict(zip(names, row, strict=True)), "supersedes": orjson.loads(row[6])} for row in rows]


def _kinds(institute: Institute, device: Device) -> set[str]:
    actor = institute.refreshed(device.actor)
    with institute.parts.database.read() as db:
        page = feeds.page_after(db, institute.organisation_id, actor.scopes, 0, 500)
    return {entry["kind"] for entry in orjson.loads(page.entries)}


def test_a_planned_class_has_a_code_with_an_anchor_that_fits_its_seed(institute: Institute) -> None:
    seed, anchor = _row(institute, "SELECT seed, anchor FROM class_code WHERE session_id = :s", s=institute.session_id)
    assert anchor == anchor_of(institute.session_id, seed)
    assert len(seed) == 64


def test_seeds_go_to_those_who_take_the_register_and_anchors_to_the_whole_class(
    institute: Institute, student: Device
) -> None:
    stranger = institute.device("yaw", Role.INSTRUCTOR, "Yaw Darko")
    assert {CLASS_CODE, CLASS_CODE_SEED} <= _kinds(institute, institute.ama)
    assert CLASS_CODE in _kinds(institute, student)
    assert CLASS_CODE_SEED not in _kinds(institute, student)
    assert not {CLASS_CODE, CLASS_CODE_SEED} & _kinds(institute, stranger)


@pytest.mark.parametrize(
    ("role", "gets_it"), [(Role.AUDITOR, False), (Role.CASHIER, False), (Role.ATTENDANCE_OFFICER, True)]
)
def test_whoever_sees_all_gets_seeds_only_with_the_right_to_take_registers(
    institute: Institute, role: Role, gets_it: bool
) -> None:
    reader = Reader(institute, institute.device("adwoa", role, "Adwoa Owusu"), page_rows=500)
    reader.catch_up()
    kinds = {kind for kind, _ in reader.rows}
    assert CLASS_CODE in kinds
    assert (CLASS_CODE_SEED in kinds) is gets_it
    digest = digest_rows("all", [(row.id, row.revision) for row in reader.living().values()])
    request = CheckRequest(protocol=1, cursor=reader.cursor, digests=(digest,))
    actor = institute.refreshed(reader.device.actor)
    assert institute.parts.exchange.check(actor, request).mismatched == ()
    # Nor does a scope that is asked for by name give them.
    reader.tasks = [SnapshotTask(scopes=(f"cohort:{institute.cohort_id}",), after=0, until=reader.cursor.seq)]
    told = reader.once()
    assert (CLASS_CODE_SEED in {one.kind for one in told.snapshot_changes}) is gets_it


def test_a_class_keeps_its_code_when_it_is_moved(institute: Institute) -> None:
    before = _seed(institute)
    base = _row(institute, "SELECT revision FROM class_session WHERE id = :i", i=institute.session_id)[0]
    told = institute.registrar.edit("EditClassSession", institute.session_id, base, room=("", "Room 12"))
    assert told.verdict == "applied"
    assert _seed(institute) == before


def test_a_class_long_over_gets_none_and_many_at_once_get_theirs(institute: Institute) -> None:
    days = {institute.parts.new_id(): day for day in (-30, -2, 0, 1, 7)}
    commands = []
    for session_id, day in days.items():
        start = institute.clock.now() + timedelta(days=day)
        times = {"starts_at": instant_text(start), "ends_at": instant_text(start + timedelta(hours=1))}
        payload = {"cohort_id": institute.cohort_id, "despite_clash": True, **times}
        commands.append(institute.registrar.command("PlanClassSession", session_id, payload))
    assert {one.verdict for one in institute.registrar.send(*commands)} == {"applied"}
    sql = "SELECT count(*) FROM class_code WHERE session_id = :s"
    assert {day: _row(institute, sql, s=one)[0] for one, day in days.items()} == {-30: 0, -2: 0, 0: 1, 1: 1, 7: 1}


def test_the_code_on_show_marks_who_typed_it(institute: Institute, student: Device) -> None:
    told = _check_in(institute, student, _code(institute))
    assert told.verdict == "applied"
    [made] = _observations(institute)
    assert (made["id"], made["state"], made["method"]) == (told.command_id, "present", "code")
    assert (made["author_id"], made["device_name"]) == (institute.students[0], "Kwabena's laptop")


def test_a_code_after_ten_minutes_is_late_by_when_it_was_typed_not_by_when_it_arrives(
    institute: Institute, student: Device
) -> None:
    institute.clock.advance(12 * 60)
    code, typed = _code(institute), instant_text(institute.clock.now())
    institute.clock.advance(3 * 3600)
    assert _check_in(institute, student, code, observed_at=typed).verdict == "applied"
    assert [(one["state"], one["minutes"]) for one in _observations(institute)] == [("late", 12)]


@pytest.mark.parametrize("minutes", [-3, 3])
def test_a_clock_that_differs_by_three_minutes_is_let_pass(institute: Institute, student: Device, minutes: int) -> None:
    typed = institute.clock.now() + timedelta(minutes=minutes)
    assert _check_in(institute, student, _code(institute), observed_at=instant_text(typed)).verdict == "applied"


def test_a_clock_that_is_off_by_an_hour_and_known_to_be_is_let_pass(institute: Institute, student: Device) -> None:
    typed = institute.clock.now() + timedelta(hours=1)
    told = _check_in(institute, student, _code(institute), observed_at=instant_text(typed), clock_offset=-3_600_000)
    assert told.verdict == "applied"
    assert _observations(institute)[0]["state"] == "present"


def test_an_old_code_goes_before_the_office_and_leaves_no_mark(institute: Institute, student: Device) -> None:
    code = _code(institute)
    institute.clock.advance(240)
    told = _check_in(institute, student, code)
    assert (told.verdict, told.code) == ("held", "class_code_time")
    assert _observations(institute) == []
    accepted = institute.registrar.do("SettleConflict", told.conflict_id or "", {"choices": {"held": "accept"}})
    assert accepted.verdict == "applied"
    assert [one["method"] for one in _observations(institute)] == ["code"]


def test_a_code_that_hashes_to_the_anchor_but_was_never_shown_is_refused(institute: Institute, student: Device) -> None:
    # As if someone had searched long enough for another beginning of the chain: it leads to the anchor all the same.
    code = _code(institute)
    _write(institute, "UPDATE class_code SET seed = :x WHERE session_id = :i", x="00" * 32, i=institute.session_id)
    wrong = _check_in(institute, student, code)
    assert (wrong.verdict, wrong.code) == ("rejected", "class_code_wrong")


def test_nonsense_of_another_class_and_for_another_person_is_refused(institute: Institute, student: Device) -> None:
    assert _check_in(institute, student, "00000000").code == "class_code_wrong"
    assert _check_in(institute, student, "nonsense").code == "invalid_payload"
    assert _check_in(institute, student, _code(institute), at=1).code == "not_allowed"
    other = institute.parts.new_id()
    start = institute.clock.now()
    times = {"starts_at": instant_text(start), "ends_at": instant_text(start + timedelta(hours=1))}
    planned = {"cohort_id": institute.cohort_id, "despite_clash": True, **times}
    assert institute.registrar.do("PlanClassSession", other, planned).verdict == "applied"
    foreign = code_at(other, _seed(institute, other), 120)
    assert _check_in(institute, student, foreign).code == "class_code_wrong"
    assert _observations(institute) == []


def test_a_suspended_enrolment_and_a_cancelled_class_say_so(institute: Institute, student: Device) -> None:
    _write(institute, "UPDATE enrolment SET state = :x WHERE id = :i", x="suspended", i=institute.enrolments[0])
    told = _check_in(institute, student, _code(institute))
    assert (told.verdict, told.code) == ("rejected", "suspended")
    _write(institute, "UPDATE enrolment SET state = :x WHERE id = :i", x="active", i=institute.enrolments[0])
    base = _row(institute, "SELECT revision FROM class_session WHERE id = :i", i=institute.session_id)[0]
    institute.registrar.edit("EditClassSession", institute.session_id, base, state=("scheduled", "cancelled"))
    told = _check_in(institute, student, _code(institute))
    assert (told.verdict, told.code) == ("held", "class_session_cancelled")


def test_a_code_stands_below_a_mark_made_by_hand(institute: Institute, student: Device) -> None:
    institute.ama.send(institute.mark(institute.ama, 0, "absent"))
    assert _check_in(institute, student, _code(institute)).verdict == "applied"
    mark = effective(_observations(institute))
    assert (mark.state, mark.competing) == ("absent", ())


def test_a_code_and_a_card_that_say_the_same_agree(institute: Institute, student: Device) -> None:
    institute.ama.send(institute.mark(institute.ama, 0, "present", method="card"))
    assert _check_in(institute, student, _code(institute)).verdict == "agreed"


def test_two_kiosks_on_one_account_lose_nothing_and_never_disagree(institute: Institute) -> None:
    first = institute.ama
    second = Device(institute, first.actor, type(first.origin)(institute.parts.new_id(), "Kiosk at the other door"))
    told = first.send(*[institute.mark(first, at, "present", method="kiosk") for at in range(5)])
    again = second.send(*[institute.mark(second, at, "present", method="kiosk") for at in (3, 4)])
    assert {one.verdict for one in told} == {"applied"}
    assert {one.verdict for one in again} == {"agreed"}
    for at in range(5):
        mark = effective(_observations(institute, at))
        assert (mark.state, mark.competing) == ("present", ())
    assert _row(institute, "SELECT count(*) FROM conflict")[0] == 0


def test_steps_are_thirty_seconds(institute: Institute) -> None:
    assert shown_at(SESSION, 1) - shown_at(SESSION, 0) == STEP == timedelta(seconds=30)
