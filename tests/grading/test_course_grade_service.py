"""Publishing grades, on both databases: as the marks stand, once, with a history, and only what students may know."""

from typing import Any

import orjson
import pytest

from server.core.database import Db
from shared.core.command import Target
from shared.core.outcome import Outcome
from shared.grading.course_grade_models import GradeEntry, PublishedGrade
from shared.grading.ids import course_grade_id
from tests.grading.classroom import Classroom, classroom

__all__ = ["classroom"]
BOUNDS = [{"least": "80", "word": "A"}, {"least": "0", "word": "B"}]


def publish(classroom: Classroom, seen: dict[int, Any], by: Any = None, **more: Any) -> list[Outcome]:
    """Publish grades of students, by their number, as they were seen."""
    grades, targets = [], []
    for at, value in seen.items():
        result, word = value if isinstance(value, tuple) else (value, "")
        enrolment = classroom.institute.enrolments[at]
        grades.append({"enrolment_id": enrolment, "result": result, "word": word})
        key = course_grade_id(enrolment)
        targets.append(Target(id=key, base=classroom.revision("course_grade", key)))
    payload = {"cohort_id": classroom.cohort_id, "grades": grades, **more}
    who = by or classroom.institute.devices["registrar"]
    return who.send(who.command("PublishGrades", targets[0].id, payload, targets[0].base, more_targets=targets[1:]))


def told(outcomes: list[Outcome]) -> list[Any]:
    return [one.code or str(one.verdict) for one in outcomes]


def marked(classroom: Classroom, cells: dict[int, Any], **more: Any) -> str:
    """Work whose marks their students see."""
    work = classroom.work(**more)
    classroom.set_marks(work, cells)
    classroom.release(work, *cells)
    return work


def grade_of(classroom: Classroom, at: int = 0) -> dict[str, Any]:
    return classroom.row("course_grade", course_grade_id(classroom.institute.enrolments[at]))


def history_of(classroom: Classroom, at: int = 0) -> list[dict[str, Any]]:
    rows = classroom.rows("SELECT entry FROM feed_row WHERE kind = 'course_grade_entry'")
    bodies = [orjson.loads(row[0])["body"] for row in rows]
    mine = [one for one in bodies if one["grade_id"] == course_grade_id(classroom.institute.enrolments[at])]
    return sorted(mine, key=lambda one: int(one["ordinal"]))


def test_grades_are_published_with_what_explains_them(classroom: Classroom) -> None:
    classroom.set_scheme(bounds=BOUNDS)
    work = marked(classroom, {0: "40.5", 1: "missing"})
    assert told(publish(classroom, {0: ("81.0", "A"), 1: ("0.0", "B")})) == ["applied", "applied"]
    grade = grade_of(classroom)
    PublishedGrade.model_validate(grade)
    assert (grade["result"], grade["word"], grade["published_by_name"]) == (
        "81.0",
        "A",
        classroom.institute.devices["registrar"].actor.name,
    )
    assert grade["lines"][0]["work"] == [
        {
            "assignment_id": work,
            "title": "Portraits",
            "status": "marked",
            "counts": "40.5",
            "points": "50",
            "dropped": False,
            "extra_credit": False,
        }
    ]
    assert grade["course_title"]
    (step,) = history_of(classroom)
    GradeEntry.model_validate(step)
    assert (step["ordinal"], step["result"], step["reason"]) == (1, "81.0", "")


def test_publishing_again_needs_a_reason_and_keeps_what_was_said_before(classroom: Classroom) -> None:
    work = marked(classroom, {0: "40"})
    publish(classroom, {0: "80.0"})
    assert told(publish(classroom, {0: "80.0"})) == ["agreed"]
    classroom.mark(work, "45", by=classroom.institute.devices["registrar"], reason="Counted twice")
    assert told(publish(classroom, {0: "90.0"})) == ["reason_missing"]
    assert grade_of(classroom)["result"] == "80.0"
    assert told(publish(classroom, {0: "90.0"}, reason=" Counted twice ")) == ["applied"]
    assert grade_of(classroom)["result"] == "90.0"
    steps = [(one["ordinal"], one["result"], one["reason"]) for one in history_of(classroom)]
    assert steps == [(1, "80.0", ""), (2, "90.0", "Counted twice")]


def test_a_figure_that_nobody_looked_at_is_refused(classroom: Classroom) -> None:
    classroom.set_scheme(bounds=BOUNDS)
    marked(classroom, {0: "40", 1: "45"})
    outcomes = publish(classroom, {0: ("79.9", "B"), 1: ("90.0", "A")})
    assert told(outcomes) == ["grade_differs", "applied"]
    assert "is 80.0 A now, not 79.9 B" in (outcomes[0].message or "")
    assert classroom.entry("course_grade", course_grade_id(classroom.institute.enrolments[0])) is None


def test_a_grade_that_would_tell_of_a_mark_not_released_is_refused(classroom: Classroom) -> None:
    marked(classroom, {0: "40"})
    hidden = classroom.work(title="Hidden")
    classroom.mark(hidden, "50")
    assert told(publish(classroom, {0: "90.0"})) == ["marks_not_released"]
    classroom.release(hidden, 0)
    assert told(publish(classroom, {0: "90.0"})) == ["applied"]


def test_a_disputed_mark_is_settled_first(classroom: Classroom) -> None:
    marked(classroom, {0: "40"})
    other = classroom.work(title="Second")
    classroom.mark(other, "10", finished=False)
    told_kofi = classroom.mark(other, "20", by=classroom.kofi, base=None)
    assert str(told_kofi.verdict) == "conflict"
    assert told(publish(classroom, {0: "80.0"})) == ["mark_disputed"]


def test_who_and_what_cant_be_published(classroom: Classroom) -> None:
    work = marked(classroom, {0: "40", 1: "40", 2: "40"})
    assert told(publish(classroom, {0: "80.0"}, by=classroom.ama)) == ["not_allowed"]
    assert told(publish(classroom, {0: "80.0"}, by=classroom.student)) == ["not_allowed"]
    assert told(publish(classroom, {3: "80.0"})) == ["grade_none"]
    classroom.leave(1)
    assert told(publish(classroom, {1: "80.0"})) == ["not_enrolled"]
    registrar = classroom.institute.devices["registrar"]
    stranger = {"enrolment_id": classroom.new(), "result": "80.0"}
    payload = {"cohort_id": classroom.cohort_id, "grades": [stranger]}
    key = course_grade_id(stranger["enrolment_id"])
    assert registrar.do("PublishGrades", key, payload).code == "not_in_cohort"
    assert registrar.do("PublishGrades", classroom.new(), payload).code == "field_invalid"
    unknown = {**payload, "cohort_id": classroom.new()}
    assert registrar.do("PublishGrades", key, unknown).code == "waits_for_creation"
    classroom.archive()
    (outcome,) = publish(classroom, {0: "80.0"})
    assert (str(outcome.verdict), outcome.code) == ("held", "course_archived"), work
    assert str(classroom.settle(outcome, "accept", by=registrar, name="held").verdict) == "applied"
    assert grade_of(classroom)["result"] == "80.0"


def test_more_grades_are_no_more_statements(classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    marked(classroom, dict.fromkeys(range(6), "40"))
    seen: list[Any] = []
    right = Db._go
    monkeypatch.setattr(Db, "_go", lambda self, *given: (seen.append(given), right(self, *given))[1])
    counts = []
    for places in ((0,), (1, 2), (3, 4, 5)):
        seen.clear()
        assert set(told(publish(classroom, dict.fromkeys(places, "80.0")))) == {"applied"}
        counts.append(len(seen) - len(places))  # one of the test's own for each
    assert counts[1] == counts[2]
