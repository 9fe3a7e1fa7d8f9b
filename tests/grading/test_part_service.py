"""Second marking through the door, on both databases: each alone, both known at once, agreed on by a moderator."""

from threading import Barrier, Thread

import orjson
import pytest

from shared.core.outcome import Outcome
from shared.grading.ids import mark_id
from shared.grading.part_rules import part_id
from shared.people.vocabulary import Role
from tests.grading.classroom import RUBRIC, Classroom, classroom
from tests.grading.test_mark_feed import Wire, kinds
from tests.institute import Device

__all__ = ["RUBRIC", "classroom"]
SECRET = "The light is wonderful"


def judge(classroom: Classroom, work: str, score: str | None, by: Device, at: int = 0, **more: object) -> Outcome:
    """Give one's own mark as one of two."""
    enrolment = classroom.institute.enrolments[at]
    target = part_id(work, enrolment, by.actor.person_id)
    base = more.pop("base", classroom.revision("mark_part", target))
    payload = {"assignment_id": work, "enrolment_id": enrolment, "marker_id": by.actor.person_id, "score": score}
    return by.do("RecordMarkPart", str(more.pop("target", target)), payload | more, base)


def part(classroom: Classroom, work: str, by: Device, at: int = 0) -> dict:
    return classroom.row("mark_part", part_id(work, classroom.institute.enrolments[at], by.actor.person_id))


def agree(classroom: Classroom, work: str, score: str | None, **more: object) -> Outcome:
    """Set the agreed mark as the registrar."""
    return classroom.mark(work, score, by=classroom.institute.devices["registrar"], **more)


def history(classroom: Classroom, work: str, at: int = 0) -> list[tuple]:
    found = mark_id(work, classroom.institute.enrolments[at])
    sql = "SELECT part, score, by_name FROM mark_entry WHERE mark_id = :id ORDER BY ordinal"
    return classroom.rows(sql, id=found)


def test_two_judge_alone_and_a_moderator_agrees(classroom: Classroom) -> None:
    work = classroom.work(markers=2)
    assert judge(classroom, work, "40", classroom.kofi).verdict == "applied"
    assert classroom.mark_of(work)["status"] == "none"
    assert history(classroom, work) == []
    assert judge(classroom, work, "43.5", classroom.ama, feedback=SECRET).verdict == "applied"
    first, second = part(classroom, work, classroom.kofi), part(classroom, work, classroom.ama)
    assert (first["part"], second["part"], first["open"], second["open"]) == ("first", "second", True, True)
    assert "steps" not in first
    assert agree(classroom, work, "42").verdict == "applied"
    names = [("first", "40", "Kofi Boateng"), ("second", "43.5", "Ama Owusu"), ("moderator", "42", "Grace Kimani")]
    assert history(classroom, work) == names
    assert classroom.mark_of(work)["score"] == "42"
    assert classroom.release(work, 0)[0].verdict == "applied"


def test_the_second_sees_the_first_only_when_both_are_done(classroom: Classroom) -> None:
    work = classroom.work(markers=2)
    submission = classroom.hand_in(work).target_id
    kofi, student = Wire(classroom, classroom.kofi), Wire(classroom, classroom.student)
    moderator = Wire(classroom, classroom.institute.devices["registrar"])
    judge(classroom, work, "43.25", classroom.ama, feedback=SECRET, submission_id=submission)
    note = {"assignment_id": work, "enrolment_id": classroom.institute.enrolments[0], "text": "Ask about the lens"}
    classroom.ama.do("AddMarkNote", classroom.new(), note)
    classroom.ama.do("AddWorkComment", classroom.new(), {"submission_id": submission, "text": "Look here"})
    hidden = (SECRET.encode(), b"43.25", b"Ask about the lens", b"Look here")
    for told in (kofi.news(), kofi.fresh(), student.news(), student.fresh()):
        assert [one for one in hidden if one in told] == []
    assert all(one in moderator.news() for one in hidden[:1])
    assert all(one in Wire(classroom, classroom.ama).fresh() for one in hidden)
    judge(classroom, work, "20", classroom.kofi, finished=False)
    assert SECRET.encode() not in kofi.news()
    judge(classroom, work, "21", classroom.kofi)
    told = kofi.news()
    assert [one for one in hidden if one not in told] == []
    assert {"mark_part", "mark_entry", "mark_note", "work_comment"} <= kinds(told)
    for told in (student.news(), student.fresh()):
        assert [one for one in (*hidden, b"mark_part") if one in told] == []


@pytest.mark.parametrize(("role", "sees"), [(Role.CASHIER, False), (Role.AUDITOR, True), (Role.REGISTRAR, True)])
def test_who_of_those_that_see_everything_sees_parts(classroom: Classroom, role: Role, sees: bool) -> None:
    work = classroom.work(markers=2)
    other = classroom.institute.device("other", role, "Afia Darko")
    wire = Wire(classroom, other)
    judge(classroom, work, "43.25", classroom.ama, feedback=SECRET)
    assert (SECRET.encode() in wire.news()) is sees
    judge(classroom, work, "20", classroom.kofi)
    assert (SECRET.encode() in wire.fresh()) is sees
    assert SECRET.encode() not in Wire(classroom, classroom.yaw).fresh()


def test_an_instructor_who_sees_everything_still_judges_alone(classroom: Classroom) -> None:
    work = classroom.work(markers=2)
    wide = classroom.kofi.actor.permissions | {"core.see_all"}
    kofi = Device(
        classroom.institute, classroom.kofi.actor.model_copy(update={"permissions": wide}), classroom.kofi.origin
    )
    judge(classroom, work, "43.25", classroom.ama, feedback=SECRET)
    judge(classroom, work, "20.25", kofi, finished=False)
    told = Wire(classroom, kofi).fresh()
    assert SECRET.encode() not in told
    assert b"20.25" in told


def test_only_a_moderator_sets_the_agreed_mark(classroom: Classroom) -> None:
    work = classroom.work(markers=2)
    told = classroom.mark(work, "40")
    assert (told.verdict, told.code) == ("held", "needs_moderator")
    assert classroom.mark(work, "40", by=classroom.rest(classroom.ama)).code == "needs_moderator"
    assert [one.code for one in classroom.set_marks(work, {1: "30", 2: "missing"})] == ["needs_moderator", None]
    assert [one.verdict for one in classroom.set_marks(work, {2: "none"})] == ["applied"]
    assert judge(classroom, work, "40", classroom.institute.devices["registrar"]).code == "moderates"
    assert agree(classroom, work, "44").verdict == "applied"
    assert (
        classroom.settle(told, "accept", by=classroom.institute.devices["registrar"], name="held").verdict == "applied"
    )
    assert classroom.mark_of(work)["score"] == "40"


def test_what_stands_in_the_way_of_a_part(classroom: Classroom) -> None:
    single, work = classroom.work(), classroom.work(markers=2)
    assert judge(classroom, single, "40", classroom.rest(classroom.ama)).code == "marked_by_one"
    assert judge(classroom, work, "50.5", classroom.ama).code == "mark_too_high"
    assert judge(classroom, work, "40", classroom.ama, target=classroom.new()).code == "field_invalid"
    assert judge(classroom, work, "40", classroom.ama, marker_id=classroom.kofi.actor.person_id).code == "field_invalid"
    assert judge(classroom, work, "40", classroom.yaw).code == "not_teaching"
    assert judge(classroom, work, "40", classroom.student).code == "not_allowed"
    assert judge(classroom, work, "40", classroom.ama, submission_id=classroom.new()).code == "attempt_unknown"
    assert judge(classroom, classroom.new(), "40", classroom.ama).code == "waits_for_creation"
    assert judge(classroom, work, "40", classroom.ama).verdict == "applied"
    assert judge(classroom, work, "40", classroom.ama).verdict == "agreed"
    classroom.leave(1)
    assert judge(classroom, work, "40", classroom.ama, at=1).code == "not_enrolled"
    agree(classroom, work, "41")
    assert judge(classroom, work, "42", classroom.ama).code == "mark_agreed"
    assert part(classroom, work, classroom.ama)["open"] is True
    classroom.lock()
    assert judge(classroom, work, "42", classroom.ama, at=2).code == "marks_locked"
    classroom.archive()
    assert judge(classroom, work, "42", classroom.ama, at=2).code == "course_archived"


def test_a_third_marker_comes_too_late(classroom: Classroom) -> None:
    work = classroom.work(markers=2)
    judge(classroom, work, "40", classroom.ama)
    judge(classroom, work, "41", classroom.kofi)
    body = classroom.row("cohort", classroom.cohort_id)
    more = (body["instructors"], [*body["instructors"], classroom.yaw.actor.person_id])
    classroom.institute.devices["system"].edit("EditCohort", classroom.cohort_id, body["revision"], instructors=more)
    told = judge(classroom, work, "42", classroom.yaw)
    assert (told.verdict, told.code) == ("held", "two_have_marked")
    told = classroom.settle(told, "accept", by=classroom.institute.devices["registrar"], name="held")
    assert (told.verdict, told.code) == ("rejected", "two_have_marked")
    told = judge(classroom, work, "42", classroom.ama)
    assert (told.verdict, told.code) == ("held", "parts_known")


def test_a_part_taken_back_leaves_its_place_to_nobody_else(classroom: Classroom) -> None:
    work = classroom.work(markers=2)
    judge(classroom, work, "40", classroom.ama)
    judge(classroom, work, None, classroom.ama, status="none")
    classroom.institute.clock.advance(60)
    judge(classroom, work, "41", classroom.kofi)
    assert part(classroom, work, classroom.kofi)["part"] == "second"
    assert part(classroom, work, classroom.kofi)["open"] is False
    classroom.institute.clock.advance(60)
    judge(classroom, work, "39", classroom.ama)
    assert history(classroom, work) == [
        ("first", "40", "Ama Owusu"),
        ("second", "41", "Kofi Boateng"),
        ("first", "39", "Ama Owusu"),
    ]


def test_one_marker_at_two_machines_disagrees_with_nobody_but_himself(classroom: Classroom) -> None:
    work = classroom.work(markers=2)
    judge(classroom, work, "40", classroom.ama)
    told = judge(classroom, work, "43.75", classroom.ama, base=None)
    assert told.verdict == "conflict"
    assert b"43.75" not in Wire(classroom, classroom.kofi).fresh()
    other = orjson.loads(Wire(classroom, classroom.ama).fresh())["snapshot_changes"]
    sides = next(row["body"]["sides"] for row in other if row["kind"] == "conflict")
    choice = next(side["command_id"] for side in sides if side["values"]["score"] == "43.75")
    assert classroom.settle(told, choice, name="whole").verdict == "applied"
    assert part(classroom, work, classroom.ama)["score"] == "43.75"


def test_a_rubric_binds_each_of_the_two(classroom: Classroom) -> None:
    version_id = classroom.row("rubric", classroom.rubric().target_id)["version_id"]
    work = classroom.work(markers=2, rubric_version_id=version_id)
    wrong = [{"criterion_id": RUBRIC[0]["id"], "level_id": "unknown", "points": "1"}]
    assert judge(classroom, work, "1", classroom.ama, levels=wrong).code == "rubric_changed"


def test_whether_one_or_two_mark_stays_once_someone_has(classroom: Classroom) -> None:
    work = classroom.work(markers=2)
    judge(classroom, work, "40", classroom.ama)
    assert classroom.change(work, markers=1).code == "markers_in_use"
    other = classroom.work()
    assert classroom.change(other, markers=2).verdict == "applied"


def test_work_of_groups_is_marked_by_one(classroom: Classroom) -> None:
    payload = {
        "cohort_id": classroom.cohort_id,
        "title": "Film",
        "takes": ["file"],
        "markers": 2,
        "group_mode": "groups",
    }
    assert classroom.ama.do("AddAssignment", classroom.new(), payload).code == "groups_by_two"


def test_what_waits_for_the_office_isnt_shown_to_the_other_marker(classroom: Classroom) -> None:
    work = classroom.work(markers=2)
    classroom.lock()
    kept = judge(classroom, work, "43.25", classroom.ama, feedback=SECRET)
    assert (kept.verdict, kept.code) == ("held", "marks_locked")
    classroom.lock(locked=False)
    assert classroom.mark(work, "42.75", at=1, feedback=SECRET).code == "needs_moderator"
    classroom.unassign(classroom.ama)
    assert judge(classroom, work, "41.25", classroom.ama, at=2, feedback=SECRET).code == "not_teaching"
    assert SECRET.encode() not in Wire(classroom, classroom.kofi).fresh()
    office = Wire(classroom, classroom.institute.devices["registrar"]).fresh()
    assert all(score in office for score in (b"43.25", b"42.75", b"41.25"))


def test_two_who_finish_at_the_same_moment_are_first_and_second(classroom: Classroom) -> None:
    for _ in range(4):
        work = classroom.work(markers=2)
        start, told = Barrier(2, timeout=60), []

        def give(by: Device, work: str = work, start: Barrier = start, told: list[Outcome] = told) -> None:
            start.wait()
            told.append(judge(classroom, work, "40", by))

        threads = [Thread(target=give, args=(one,)) for one in (classroom.ama, classroom.kofi)]
        for one in threads:
            one.start()
        for one in threads:
            one.join(60)
        assert [one.verdict for one in told] == ["applied", "applied"]
        both = [part(classroom, work, one) for one in (classroom.ama, classroom.kofi)]
        assert {one["part"] for one in both} == {"first", "second"}
        assert all(one["open"] for one in both)
        assert len(history(classroom, work)) == 2
