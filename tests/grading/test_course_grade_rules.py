"""Published course grades: how they are told, what explains them, and why one can't be published."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic import ValidationError

from shared.grading.assignment_rules import DEFAULT_SCHEME
from shared.grading.course_grade_commands import PublishGrades
from shared.grading.course_grade_models import GradeEntry, GradePart, PublishedGrade
from shared.grading.course_grade_projections import PROJECTIONS
from shared.grading.course_grade_rules import Statements, figure_of, is_changed, publish_fault, told, word_told
from shared.grading.grade_rules import CourseGrade, GradeBook, GradeCell
from shared.grading.ids import course_grade_entry_id, course_grade_id
from shared.grading.mark_rules import categories, column
from shared.grading.vocabulary import MarkStatus
from tests.grading.work_rows import COHORT, ENROLMENT, PERSON, command, work

LETTERS = [{"least": "80", "word": "A"}, {"least": "0", "word": "B"}]


@pytest.mark.parametrize(
    ("percent", "places", "figure"),
    [(8146, 0, "81"), (8140, 1, "81.4"), (8100, 1, "81.0"), (8146, 2, "81.46"), (5, 2, "0.05"), (10_250, 1, "102.5")],
)
def test_figures_keep_their_decimals(percent, places, figure):
    assert figure_of(percent, places) == figure


def test_the_word_is_that_of_the_figure_on_show():
    almost = CourseGrade(Fraction(79_960, 10), ())
    assert told({"places": 1, "bounds": LETTERS}, almost) == ("80.0", "A")
    assert told({"places": 2, "bounds": LETTERS}, almost) == ("79.96", "B")
    assert told({"places": 0, "bounds": []}, almost) == ("80", "")
    assert word_told({"places": 1, "bounds": LETTERS}, almost) == "A"
    assert told(DEFAULT_SCHEME, CourseGrade(None, ())) == ("", "")


@given(some.integers(0, 20_000), some.integers(0, 2))
def test_a_figure_is_the_rounded_percentage(percent, places):
    figure = told({"places": places, "bounds": []}, CourseGrade(Fraction(percent), ()))[0]
    assert abs(Fraction(figure) * 100 - percent) <= Fraction(100, 2 * 10**places)
    assert len(figure.partition(".")[2]) == places


def test_the_lines_name_all_work_that_counts_and_what_was_dropped():
    works = [
        work(id="a", title="First", points="50", category_id="t"),
        work(id="b", title="Second", points="50.0", category_id="t"),
        work(id="c", title="Plan", points="10", category_id="w", state="draft"),
        work(id="d", title="More", points="10", category_id="w", extra_credit=True),
        work(id="e", title="Hidden", points="10", category_id="w", state="draft"),
    ]
    scheme = {
        **DEFAULT_SCHEME,
        "categories": [
            {"id": "t", "name": "Tests", "weight": "1", "drop_lowest": 1},
            {"id": "w", "name": "Work", "weight": "2"},
            {"id": "n", "name": "None yet", "weight": "5"},
        ],
    }
    marked = [GradeCell(MarkStatus.MARKED, one) for one in (4050, 2000, 800)]
    cells = [*marked, GradeCell(MarkStatus.EXCUSED), GradeCell()]
    grade = GradeBook([column(one) for one in works], categories(scheme)).grade(cells)
    lines = Statements(scheme, works).lines(cells, grade)
    for line in lines:
        GradePart.model_validate(line)
    shown = [(one["name"], one["share"], one["earned"], one["possible"], one["percent"]) for one in lines]
    assert shown == [
        ("Tests", "33.33", "40.5", "50", "81"),
        ("Work", "66.67", "8", "10", "80"),
        ("None yet", "0", "0", "0", None),
    ]
    told_work = [
        [(one["title"], one["status"], one["counts"], one["dropped"]) for one in line["work"]] for line in lines
    ]
    assert told_work == [
        [("First", "marked", "40.5", False), ("Second", "marked", "20", True)],
        [("Plan", "marked", "8", False), ("More", "excused", None, False)],
        [],
    ]
    assert [one["extra_credit"] for one in lines[1]["work"]] == [False, True]


def test_without_categories_all_work_is_one_part():
    works, cells = [work(category_id="old")], [GradeCell()]
    grade = GradeBook([column(one) for one in works]).grade(cells)
    (line,) = Statements(DEFAULT_SCHEME, works).lines(cells, grade)
    assert (line["name"], line["share"], line["percent"], len(line["work"])) == ("", "0", None, 1)


PRESENT = {"result": "80.0", "word": "A"}


@pytest.mark.parametrize(
    ("now", "present", "more", "code"),
    [
        (("80.0", "A"), None, {}, None),
        (("80.0", "A"), PRESENT, {}, None),
        (("81.0", "A"), PRESENT, {"reason": "Counted twice"}, None),
        (("81.0", "A"), PRESENT, {"reason": " "}, "reason_missing"),
        (("80.0", ""), PRESENT, {}, "reason_missing"),
        (("", ""), None, {}, "grade_none"),
        (("80.0", "A"), None, {"waiting": 1}, "marks_not_released"),
        (("80.0", "A"), None, {"disputed": True}, "mark_disputed"),
    ],
)
def test_why_a_grade_cant_be_published(now, present, more, code):
    given_here = {"waiting": 0, "disputed": False, "reason": "", **more}
    fault = publish_fault("Esi", now, present, **given_here)
    assert (fault and fault.code) == code
    assert fault is None or "Esi" in fault.sentence


def test_what_is_published_may_differ_from_what_the_marks_say():
    assert [is_changed(None, ("1", "")), is_changed(PRESENT, ("80.0", "A"))] == [False, False]
    assert is_changed(PRESENT, ("80.0", "B"))


def test_a_student_is_named_once():
    with pytest.raises(ValidationError):
        PublishGrades(cohort_id=COHORT, grades=[{"enrolment_id": ENROLMENT, "result": one} for one in "12"])


def projected(rows, **payload):
    given_here = {"cohort_id": COHORT, "grades": [{"enrolment_id": ENROLMENT, "result": "80.0", "word": "A"}]}
    made = command("PublishGrades", course_grade_id(ENROLMENT), {**given_here, **payload})
    PublishGrades.model_validate(made.payload)
    return PROJECTIONS["PublishGrades"](made, lambda kind, key: rows.get((kind, key)))


def test_a_published_grade_shows_before_the_server_has_spoken():
    rows = {
        ("enrolment", ENROLMENT): {"id": ENROLMENT, "cohort_id": COHORT, "person_id": PERSON},
        ("cohort", COHORT): {"id": COHORT, "name": "Photography 1", "course_id": "c"},
        ("course", "c"): {"id": "c", "code": "PHOTO", "title": "Photography"},
    }
    (draft,) = projected(rows, author_name="Grace")
    body = PublishedGrade.model_validate(draft.body)
    assert (draft.kind, draft.id, draft.parent) == ("course_grade", course_grade_id(ENROLMENT), COHORT)
    assert (body.result, body.word, body.scale, body.course_code) == ("80.0", "A", "percent", "PHOTO")
    assert (body.published_by_name, body.published_at) == ("Grace", "2026-11-20T09:00:00.000Z")


def test_grades_of_nobody_here_show_nothing_and_unknown_names_stay_empty():
    assert projected({}) == []
    enrolment = {"id": ENROLMENT, "cohort_id": COHORT, "person_id": PERSON}
    (draft,) = projected({("enrolment", ENROLMENT): enrolment})
    assert (draft.body["course_title"], draft.body["cohort_name"]) == ("", "")


def test_a_step_of_the_history_is_numbered_from_one():
    with pytest.raises(ValidationError):
        GradeEntry(
            **dict.fromkeys(("id", "revision", "grade_id", "cohort_id", "person_id", "result", "by_id", "at"), "x"),
            ordinal=0,
        )
    assert course_grade_entry_id("g", "1") != course_grade_entry_id("g", "2")
