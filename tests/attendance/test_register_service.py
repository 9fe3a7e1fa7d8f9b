"""What the server makes of registers, walk-ins and confirmations, on both databases."""

from typing import Any

from shared.attendance.rules import effective, mark_id, register_id
from tests.institute import Device, Institute


def _marks(institute: Institute, enrolment_id: str) -> list[dict[str, Any]]:
    names = ("id", "state", "minutes", "method", "office", "supersedes", "ordinal", "observed_at")
    sql = f"SELECT {', '.join(names)} FROM observation WHERE mark_id = :m"
    with institute.parts.database.read() as db:
        rows = db.rows(sql, m=mark_id(institute.session_id, enrolment_id))
    bodies = [dict(zip(names, row, strict=True)) for row in rows]
    return [{**body, "supersedes": body["supersedes"].strip("[]").replace('"', "").split(",")} for body in bodies]


def _value(institute: Institute, sql: str, **places: Any) -> Any:
    with institute.parts.database.read() as db:
        return db.one(sql, **places)


def _walk_in(device: Device, institute: Institute, **more: Any) -> tuple[str, Any]:
    enrolment = institute.parts.new_id()
    payload = {
        "session_id": institute.session_id,
        "cohort_id": institute.cohort_id,
        "person_id": institute.parts.new_id(),
        "given_name": "Adjoa",
        "family_name": "Baah",
        **more,
    }
    return enrolment, device.do("AddWalkIn", enrolment, payload)


def test_changing_ones_mind_supersedes_and_never_conflicts(institute: Institute) -> None:
    first = institute.ama.send(institute.mark(institute.ama, 0, "present"))[0]
    second = institute.ama.send(institute.mark(institute.ama, 0, "late", (first.command_id,), minutes=9))[0]
    assert (first.verdict, second.verdict) == ("applied", "applied")
    mark = effective(_marks(institute, institute.enrolments[0]))
    assert (mark.state, mark.minutes, mark.unsuperseded) == ("late", 9, (second.command_id,))


def test_an_office_correction_disagrees_as_a_hand_made_mark(institute: Institute) -> None:
    institute.ama.send(institute.mark(institute.ama, 0, "present"))
    told = institute.registrar.send(institute.mark(institute.registrar, 0, "absent"))[0]
    assert told.verdict == "conflict"
    assert [bool(one["office"]) for one in _marks(institute, institute.enrolments[0])] == [False, True]
    assert effective(_marks(institute, institute.enrolments[0])).state == "present"


def test_an_excuse_of_the_office_beats_and_a_scan_gives_way(institute: Institute) -> None:
    institute.ama.send(institute.mark(institute.ama, 0, "present", method="card"))
    by_hand = institute.kofi.send(institute.mark(institute.kofi, 0, "absent"))[0]
    assert by_hand.verdict == "applied"
    assert effective(_marks(institute, institute.enrolments[0])).state == "absent"
    excused = institute.registrar.send(institute.mark(institute.registrar, 0, "excused", method="excuse"))[0]
    assert excused.verdict == "applied"
    assert effective(_marks(institute, institute.enrolments[0])).state == "excused"


def test_marking_again_after_seeing_both_sides_ends_the_disagreement(institute: Institute) -> None:
    one = institute.ama.send(institute.mark(institute.ama, 0, "present"))[0]
    two = institute.kofi.send(institute.mark(institute.kofi, 0, "absent"))[0]
    done = institute.ama.send(institute.mark(institute.ama, 0, "late", (one.command_id, two.command_id), minutes=3))[0]
    assert done.verdict == "applied"
    assert _value(institute, "SELECT state FROM conflict") == ("settled",)


def test_the_same_mark_from_two_people_agrees(institute: Institute) -> None:
    institute.ama.send(institute.mark(institute.ama, 0, "present"))
    assert institute.kofi.send(institute.mark(institute.kofi, 0, "present"))[0].verdict == "agreed"


def test_settling_keeps_every_observation_and_adds_one(institute: Institute) -> None:
    institute.ama.send(institute.mark(institute.ama, 0, "present"))
    told = institute.kofi.send(institute.mark(institute.kofi, 0, "absent"))[0]
    institute.registrar.do("SettleConflict", told.conflict_id or "", {"choices": {"mark": told.command_id}})
    marks = _marks(institute, institute.enrolments[0])
    assert (len(marks), effective(marks).state, effective(marks).competing) == (3, "absent", ())


def test_a_cancelled_class_keeps_the_marks_for_the_office_and_a_future_one_refuses(institute: Institute) -> None:
    base = _value(institute, "SELECT revision FROM class_session WHERE id = :i", i=institute.session_id)[0]
    institute.registrar.edit("EditClassSession", institute.session_id, base, state=("scheduled", "cancelled"))
    told = institute.ama.send(institute.mark(institute.ama, 0, "present"))[0]
    assert (told.verdict, told.code) == ("held", "class_session_cancelled")
    accepted = institute.registrar.do("SettleConflict", told.conflict_id or "", {"choices": {"held": "accept"}})
    assert accepted.verdict == "applied"
    assert effective(_marks(institute, institute.enrolments[0])).state == "present"
    future = institute.parts.new_id()
    times = {"starts_at": "2026-11-27T08:00:00Z", "ends_at": "2026-11-27T10:00:00Z"}
    institute.registrar.do("PlanClassSession", future, {"cohort_id": institute.cohort_id, **times})
    institute.session_id = future
    early = institute.ama.send(institute.mark(institute.ama, 1, "present"))[0]
    assert (early.verdict, early.code) == ("rejected", "class_session_in_future")


def test_a_walk_in_waits_for_the_office_and_is_confirmed(institute: Institute) -> None:
    enrolment, told = _walk_in(institute.ama, institute)
    assert told.verdict == "applied"
    institute.enrolments.append(enrolment)
    assert institute.ama.send(institute.mark(institute.ama, 5, "present"))[0].verdict == "applied"
    assert _value(institute, "SELECT state FROM enrolment WHERE id = :i", i=enrolment) == ("pending",)
    assert institute.ama.do("ConfirmEnrolment", enrolment, {}).code == "not_allowed"
    assert institute.registrar.do("ConfirmEnrolment", enrolment, {}).verdict == "applied"
    assert _value(institute, "SELECT state FROM enrolment WHERE id = :i", i=enrolment) == ("active",)
    assert not _value(institute, "SELECT provisional FROM person WHERE given_name = 'Adjoa'")[0]


def test_a_walk_in_who_is_someone_known_takes_the_marks_along(institute: Institute) -> None:
    enrolment, _ = _walk_in(institute.ama, institute)
    institute.enrolments.append(enrolment)
    institute.ama.send(institute.mark(institute.ama, 5, "late", minutes=4))
    told = institute.registrar.do("ConfirmEnrolment", enrolment, {"person_id": institute.students[2]})
    assert told.details["existing_id"] == institute.enrolments[2]
    mark = effective(_marks(institute, institute.enrolments[2]))
    assert (mark.state, mark.minutes) == ("late", 4)
    late = institute.mark(institute.ama, 5, "present", (mark.unsuperseded[0],))
    assert institute.ama.send(late)[0].verdict == "applied"
    assert effective(_marks(institute, institute.enrolments[2])).state == "present"


def test_a_walk_in_enrolled_by_the_office_meanwhile_is_one_enrolment(institute: Institute) -> None:
    enrolment, told = _walk_in(institute.ama, institute, person_id=institute.students[1], known=True)
    assert (told.verdict, told.details["existing_id"]) == ("agreed", institute.enrolments[1])
    institute.enrolments.append(enrolment)
    assert institute.ama.send(institute.mark(institute.ama, 5, "present"))[0].verdict == "applied"
    assert effective(_marks(institute, institute.enrolments[1])).state == "present"


def test_a_walk_in_with_a_number_that_is_taken_is_kept_with_the_number_beside(institute: Institute) -> None:
    _, told = _walk_in(institute.ama, institute, number="S-0001")
    assert told.verdict == "applied"
    assert _value(institute, "SELECT number, other_names FROM person WHERE given_name = 'Adjoa'") == (None, "(S-0001)")


def test_finishing_and_opening_again(institute: Institute) -> None:
    target, payload = register_id(institute.session_id), {"session_id": institute.session_id}
    assert institute.ama.do("FinishRegister", target, payload).verdict == "applied"
    assert _value(institute, "SELECT state, finished_by_name FROM register") == ("finished", "Ama Owusu")
    assert institute.kofi.do("ReopenRegister", target, payload).verdict == "applied"
    assert _value(institute, "SELECT state, finished_by_name FROM register") == ("open", "")
    yaa = institute.device("yaa", "instructor", "Yaa Sarpong")  # type: ignore[arg-type]  # a word of the enum
    assert yaa.do("FinishRegister", target, payload).code == "not_teaching"


def test_a_clock_that_is_a_year_off_is_flagged_and_never_refused(institute: Institute) -> None:
    command = institute.mark(institute.ama, 0, "present").model_copy(
        update={"observed_at": "2027-11-20T08:00:00.000Z", "clock_offset": -31_536_000_000}
    )
    assert institute.ama.send(command)[0].verdict == "applied"
    assert _value(institute, "SELECT clock_flagged FROM observation")[0]
