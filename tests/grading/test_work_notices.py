"""What students are told of work and marks, on both databases: each of his or her own, once, with no word of a mark."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from server.core.batch import Origin
from server.core.database import Db
from server.people import organisations
from shared.core.sync import SnapshotTask
from shared.people.vocabulary import Permission, Role
from tests.grading.classroom import Classroom, classroom
from tests.grading.test_course_grade_service import marked, publish
from tests.grading.test_mark_feed import Wire, sync
from tests.grading.test_peer_service import NAMES, handed_in_by_all, share, students
from tests.institute import Device, Institute

__all__ = ["classroom", "students"]
LATER = "2026-11-25T17:00:00.000Z"


def notices(classroom: Classroom, at: int | None = 0) -> list[dict[str, Any]]:
    """A student's notices in the order of their titles; with None everybody's."""
    names = ("person_id", "title", "body", "priority", "category", "action", "link_kind", "link_id", "read_at")
    rows = classroom.rows(f"SELECT {', '.join(names)} FROM notice ORDER BY title, id")
    found = [dict(zip(names, row, strict=True)) for row in rows]
    return [one for one in found if at is None or one["person_id"] == classroom.institute.students[at]]


def titles(classroom: Classroom, at: int | None = 0) -> list[str]:
    return [one["title"] for one in notices(classroom, at)]


def silent(classroom: Classroom, **more: Any) -> str:
    """Work of which nobody is told: it was due before it is opened."""
    return classroom.work(due_at="2026-11-19T17:00:00Z", cutoff_at=None, **more)


def test_a_class_is_told_of_new_work_and_when_it_is_due(classroom: Classroom) -> None:
    work = classroom.work()
    everybody = notices(classroom, None)
    assert {one["person_id"] for one in everybody} == set(classroom.institute.students)
    assert {(one["title"], one["body"]) for one in everybody} == {
        ("New work: Portraits", "It is due Fri 20 Nov, 17:00.")
    }
    assert {(one["action"], one["link_kind"], one["link_id"]) for one in everybody} == {("Open the work", "work", work)}
    assert {one["category"] for one in everybody} == {"course"}


def test_work_on_paper_opens_the_students_own_marks(classroom: Classroom) -> None:
    classroom.work(work_kind="paper", due_at=None)
    told = [(one["action"], one["link_kind"], one["link_id"], one["body"]) for one in notices(classroom)]
    assert told == [("Open my marks", "own_marks", None, "")]


@pytest.mark.parametrize(
    "more",
    [{"state": "draft"}, {"work_kind": "manual"}, {"due_at": "2026-11-19T17:00:00Z"}, {"state": "closed"}],
    ids=["draft", "a bare column", "due before", "closed"],
)
def test_of_what_is_no_news_nobody_is_told(classroom: Classroom, more: dict[str, Any]) -> None:
    classroom.work(**more)
    assert titles(classroom, None) == []


def test_a_draft_is_news_when_it_opens_and_only_once(classroom: Classroom) -> None:
    work = classroom.work(state="draft")
    classroom.change(work, state="open")
    classroom.change(work, title="More portraits")
    classroom.change(work, state="closed")
    classroom.change(work, state="open")
    assert titles(classroom) == ["New work: Portraits"]


def test_who_left_the_class_is_told_nothing_new(classroom: Classroom) -> None:
    classroom.leave(1)
    classroom.work()
    assert len(notices(classroom, 0)) == 1
    assert notices(classroom, 1) == []


def test_marks_are_told_of_when_they_are_released_and_not_before(classroom: Classroom) -> None:
    work = silent(classroom)
    classroom.set_marks(work, {0: "43.25", 1: "12", 2: "missing"})
    assert titles(classroom, None) == []
    classroom.release(work, 0, 2)
    assert titles(classroom, 0) == ["Marks of Portraits are out"]
    assert titles(classroom, 1) == []
    assert titles(classroom, 2) == ["Marks of Portraits are out"]
    told = notices(classroom)[0]
    assert "43" not in told["title"] + told["body"]
    assert told["link_id"] == work


def test_a_mark_that_is_out_is_told_of_once_whatever_becomes_of_it(classroom: Classroom) -> None:
    work = silent(classroom)
    classroom.mark(work, "40")
    classroom.release(work, 0)
    classroom.release(work, 0)
    classroom.mark(work, "41", by=classroom.institute.registrar, reason="Added up anew")
    assert classroom.mark_of(work)["score"] == "41"
    assert titles(classroom) == ["Marks of Portraits are out"]


def test_marks_that_are_not_held_are_told_of_as_they_are_given(classroom: Classroom) -> None:
    work = silent(classroom, hold_marks=False)
    classroom.mark(work, "40", finished=False)
    assert titles(classroom) == []
    classroom.mark(work, "40")
    assert titles(classroom) == ["Marks of Portraits are out"]


def test_work_given_back_is_told_of_with_its_note(classroom: Classroom) -> None:
    work = classroom.work()
    submission = classroom.hand_in(work).target_id
    before = len(notices(classroom))
    base = classroom.revision("submission", submission)
    assert classroom.ama.do("ReturnWork", submission, {"note": "Add the second light"}, base).verdict == "applied"
    told = [one for one in notices(classroom) if one["title"] == "Portraits was given back"]
    assert [(one["body"], one["priority"]) for one in told] == [("Add the second light", "high")]
    assert len(notices(classroom)) == before + 1


def test_more_time_is_told_of_and_that_it_was_taken_back(classroom: Classroom) -> None:
    work = classroom.work()
    classroom.extend(work, LATER)
    classroom.extend(work, None)
    words = {one["title"]: one["body"] for one in notices(classroom)}
    assert words["More time for Portraits"] == "It is due Wed 25 Nov, 17:00 now."
    assert words["Portraits is due at its first time again"].endswith("It is due Fri 20 Nov, 17:00.")
    assert titles(classroom, 1) == ["New work: Portraits"]


def test_a_published_grade_is_told_of_and_no_word_of_it(classroom: Classroom) -> None:
    marked(classroom, {0: "40.5"}, due_at="2026-11-19T17:00:00Z", cutoff_at=None)
    assert [str(one.verdict) for one in publish(classroom, {0: "81.0"})] == ["applied"]
    told = [one for one in notices(classroom) if "grade" in one["title"]]
    assert [(one["title"], one["link_kind"], one["link_id"]) for one in told] == [
        ("Your grade in Photography is out", "own_marks", None)
    ]
    assert "81" not in told[0]["body"]
    assert [one for one in titles(classroom, 1) if "grade" in one] == []


def test_an_answer_about_a_mark_is_told_of_and_the_question_is_not(classroom: Classroom) -> None:
    work = silent(classroom)
    classroom.mark(work, "40")
    classroom.release(work, 0)
    enrolment = classroom.institute.enrolments[0]
    payload = {"assignment_id": work, "enrolment_id": enrolment, "reason": "The second light counts"}
    asked = classroom.student.do("AskRegrade", classroom.new(), payload)
    assert asked.verdict == "applied", asked
    assert len(titles(classroom)) == 1
    base = classroom.revision("regrade", asked.target_id)
    answered = classroom.ama.do("AnswerRegrade", asked.target_id, {"answer": "It was counted"}, base)
    assert answered.verdict == "applied", answered
    assert titles(classroom) == ["Marks of Portraits are out", "Your question about Portraits is answered"]


def test_who_has_work_of_others_to_review_is_told_once_and_not_whose(
    classroom: Classroom, students: list[Device]
) -> None:
    work = handed_in_by_all(classroom, students, count=2)
    assert share(classroom, work).verdict == "applied"
    assert share(classroom, work).verdict in ("applied", "agreed")
    for at in range(len(students)):
        told = [one for one in notices(classroom, at) if "review" in one["title"]]
        assert [(one["title"], one["link_id"]) for one in told] == [("Work of others to review: Portraits", work)]
        assert not any(name.split()[0] in told[0]["body"] for name in NAMES)
    assert [one for one in titles(classroom, 3) if "review" in one] == []


def test_times_are_those_of_the_institute(classroom: Classroom) -> None:
    classroom.institute.parts.database.write(lambda db: db.run("UPDATE organisation SET time_zone = 'Africa/Nairobi'"))
    classroom.work()
    assert notices(classroom)[0]["body"] == "It is due Fri 20 Nov, 20:00."


def count_of(institute: Institute, monkeypatch: pytest.MonkeyPatch, work: Callable[[], Any]) -> int:
    """How many statements the writes of `work` take."""
    counted: list[Db] = []
    database = institute.parts.database
    plain = database.write
    with monkeypatch.context() as patch:
        patch.setattr(database, "write", lambda job: plain(lambda db: (counted.append(db), job(db))[1]))
        work()
    return sum(db.statements for db in counted)


def test_statements_do_not_grow_with_the_class(classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    works = [silent(classroom, title=title) for title in ("One", "Many")]
    for work in works:
        classroom.set_marks(work, dict.fromkeys(range(5), "40"))
    one = count_of(classroom.institute, monkeypatch, lambda: classroom.release(works[0], 0))
    many = count_of(classroom.institute, monkeypatch, lambda: classroom.release(works[1], *range(5)))
    assert many == one
    assert len(notices(classroom, None)) == 6


# ------------------------------------------------------------------------------------------------- who gets them


def fresh(classroom: Classroom, who: Device) -> list[dict[str, Any]]:
    """The notices that a new device of someone gets, each page with all that is left."""
    told = orjson.loads(sync(classroom, who))
    task = SnapshotTask(scopes=tuple(told["scopes"]), after=0, until=told["cursor"]["seq"])
    page = orjson.loads(sync(classroom, who, cursor=told["cursor"], snapshot=task.model_dump()))
    return [row["body"] for row in page["snapshot_changes"] if row["kind"] == "notice"]


def test_a_notice_comes_to_its_person_alone(classroom: Classroom) -> None:
    other = classroom.institute.device("cashier", Role.CASHIER, "Efua Cash")
    wires = {who: Wire(classroom, classroom.institute.devices[who]) for who in ("ama", "yaw", "registrar", "cashier")}
    student = Wire(classroom, classroom.student)
    classroom.work()
    mine = classroom.institute.students[0]
    news = [row["body"] for row in orjson.loads(student.news())["changes"] if row["kind"] == "notice"]
    assert [one["person_id"] for one in news] == [mine]
    assert [one["person_id"] for one in fresh(classroom, classroom.student)] == [mine]
    for wire in wires.values():
        assert b'"kind":"notice"' not in wire.news()
    for who in (classroom.ama, classroom.kofi, classroom.yaw, classroom.institute.registrar, other):
        assert fresh(classroom, who) == []


def test_who_sees_everything_gets_own_notices_and_no_other(classroom: Classroom) -> None:
    """A registrar who takes a class herself."""
    registrar = classroom.institute.registrar
    payload = {"cohort_id": classroom.cohort_id, "person_id": registrar.actor.person_id}
    assert classroom.institute.system.do("EnrolPerson", classroom.new(), payload).verdict == "applied"
    wire = Wire(classroom, registrar)
    classroom.work()
    news = [row["body"] for row in orjson.loads(wire.news())["changes"] if row["kind"] == "notice"]
    assert [one["person_id"] for one in news] == [registrar.actor.person_id]
    assert [one["person_id"] for one in fresh(classroom, registrar)] == [registrar.actor.person_id]


def test_another_institute_gets_nothing_even_with_the_same_ids(classroom: Classroom) -> None:
    parts = classroom.institute.parts
    wanted = organisations.NewOrganisation("elsewhere", "Elsewhere")
    elsewhere = organisations.create(parts.database, classroom.institute.clock, parts.new_id, wanted)
    permissions = frozenset(map(str, Permission))
    changes = {"organisation_id": elsewhere, "permissions": permissions}
    stranger = classroom.student.actor.model_copy(update=changes)
    device = Device(classroom.institute, stranger, Origin(parts.new_id(), "Elsewhere"))
    classroom.work()
    assert fresh(classroom, device) == []
