"""What must hold of published course grades after every run."""

from server.core.database import Db
from server.grading.course_grade_kinds import COURSE_GRADE_KIND
from tests.simulator.invariants import require


def grades_are_true(db: Db) -> None:
    """A grade is what its history says last, tells of no mark that its student doesn't see, and goes to nobody else."""
    rows = db.rows(f"SELECT {COURSE_GRADE_KIND.selected()} FROM course_grade t")
    grades = {row[0]: COURSE_GRADE_KIND.body_of(row) for row in rows}
    steps: dict[str, list[tuple[int, str, str, str]]] = {}
    asked = "SELECT grade_id, ordinal, result, word, revision FROM course_grade_entry ORDER BY grade_id, ordinal"
    for grade_id, *step in db.rows(asked):
        steps.setdefault(grade_id, []).append((step[0], step[1], step[2], step[3]))
    require(steps.keys() == grades.keys(), "A grade has no history, or a history no grade")
    released = "SELECT assignment_id, enrolment_id FROM mark WHERE released_at IS NOT NULL"
    seen = {(row[0], row[1]) for row in db.rows(released)}
    for key, grade in grades.items():
        told = steps[key]
        require([one[0] for one in told] == list(range(1, len(told) + 1)), "A history of a grade has a gap:", key)
        require(told[-1][1:] == (grade["result"], grade["word"], grade["revision"]), "A grade isn't its history:", key)
        works = {one["assignment_id"] for line in grade["lines"] for one in line["work"] if one["status"] != "none"}
        require({(one, grade["enrolment_id"]) for one in works} <= seen, "A grade tells of a hidden mark:", key)
    places = {row[0]: row[1] for row in db.rows("SELECT entity_id, also FROM feed_row WHERE kind = 'course_grade'")}
    wrong = [key for key, grade in grades.items() if places.get(key) != f"person:{grade['person_id']}"]
    require(not wrong, "A grade goes to another person:", wrong)
