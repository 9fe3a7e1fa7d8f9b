"""The grade of a course: worked by hand, and held to properties."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.grading.rules import Category, GradeBook, GradeCell, GradeColumn
from shared.grading.vocabulary import MarkStatus

MISSING, EXCUSED, NONE = (GradeCell(status) for status in (MarkStatus.MISSING, MarkStatus.EXCUSED, MarkStatus.NONE))
QUIZ, WORK = Category("quiz", 20, drop_lowest=1), Category("work", 80)


def mark(points):
    return GradeCell(MarkStatus.MARKED, round(points * 100))


def column(name, points, category="", **more):
    return GradeColumn(name, points * 100, category, **more)


COLUMNS = (column("q1", 20, "quiz"), column("q2", 20, "quiz"), column("w1", 100, "work"), column("w2", 50, "work"))


@pytest.mark.parametrize(
    ("cells", "percent"),
    [
        # Quiz: the lower one is dropped, 18 of 20 is 90 %. Work: 67 + 40 of 150 is 71.33 %. 0.2 x 90 + 0.8 x 71.33.
        (
            [mark(14.5), mark(18), mark(67), mark(40)],
            Fraction(2, 10) * 9000 + Fraction(8, 10) * Fraction(1_070_000, 150),
        ),
        ([mark(20), mark(20), mark(100), mark(50)], 10_000),
        ([NONE, NONE, NONE, NONE], None),
        # Nothing in work yet: quiz has all of the weight.
        ([mark(14.5), mark(18), NONE, NONE], 9000),
        # One quiz alone isn't dropped.
        ([mark(14.5), NONE, NONE, NONE], 7250),
        # Missing is zero, and is the one that is dropped; excused is left out.
        ([MISSING, mark(18), mark(67), EXCUSED], Fraction(2, 10) * 9000 + Fraction(8, 10) * 6700),
        ([EXCUSED, mark(18), MISSING, mark(50)], Fraction(2, 10) * 9000 + Fraction(8, 10) * Fraction(500_000, 150)),
        ([MISSING, MISSING, MISSING, MISSING], 0),
    ],
)
def test_worked_by_hand(cells, percent):
    told = GradeBook(COLUMNS, (QUIZ, WORK)).grade(cells)
    assert told.percent == percent


def test_every_figure_explains_itself():
    told = GradeBook(COLUMNS, (QUIZ, WORK)).grade([mark(14.5), mark(18), mark(67), NONE])
    quiz, work = told.lines
    assert (quiz.earned, quiz.possible, quiz.weight, quiz.dropped) == (1800, 2000, 20, ("q1",))
    assert (work.earned, work.possible, work.weight, work.dropped) == (6700, 10_000, 80, ())
    assert GradeBook(COLUMNS, (QUIZ, WORK)).grade([NONE] * 4).lines[0].percent is None


def test_without_categories_all_work_is_one():
    told = GradeBook(COLUMNS).grade([mark(20), mark(10), mark(50), NONE])
    assert told.percent == Fraction(8000 * 10_000, 14_000)


def test_work_outside_the_categories_counts_for_nothing():
    assert GradeBook(COLUMNS, (QUIZ,)).grade([NONE, NONE, mark(100), mark(50)]).percent is None


def test_extra_credit_adds_and_asks_for_nothing():
    columns = (column("w1", 100), column("bonus", 10, extra_credit=True))
    book = GradeBook(columns)
    assert book.grade([mark(80), mark(5)]).percent == 8500
    assert book.grade([mark(80), MISSING]).percent == 8000
    assert book.grade([mark(100), mark(10)]).percent == 11_000
    assert book.grade([NONE, mark(10)]).percent is None


def test_of_equal_results_the_later_one_is_dropped():
    columns = [column(name, points) for name, points in (("a", 10), ("b", 20), ("c", 40))]
    told = GradeBook(columns, (Category("", 1, drop_lowest=1),)).grade([mark(5), mark(10), mark(40)])
    assert told.lines[0].dropped == ("b",)


@pytest.mark.parametrize(
    ("earned", "of", "places", "wanted"),
    [
        (2, 3, 0, 6700),
        (2, 3, 1, 6670),
        (2, 3, 2, 6667),
        (1, 8, 1, 1250),
        (1, 16, 1, 630),
        (1, 16, 0, 600),
        (1, 2, 0, 5000),
    ],
)
def test_grades_are_rounded_halves_upwards(earned, of, places, wanted):
    assert GradeBook([column("a", of)]).grade([mark(earned)]).rounded(places) == wanted


def test_work_of_no_points_counts_for_nothing():
    assert GradeBook([column("a", 10), column("b", 0)]).grade([mark(5), MISSING]).percent == 5000
    assert GradeBook([column("b", 0)]).grade([mark(0)]).percent is None


def test_no_grade_is_no_number():
    assert GradeBook([column("a", 10)]).grade([NONE]).rounded() is None


_CELLS = st.one_of(
    st.sampled_from([MISSING, EXCUSED, NONE]), st.builds(GradeCell, st.just(MarkStatus.MARKED), st.integers(0, 1000))
)
_BOOKS = st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), _CELLS), min_size=1, max_size=12)
_CATEGORIES = st.tuples(*(st.builds(Category, st.just(name), st.integers(1, 50), st.integers(0, 3)) for name in "abc"))


@given(_BOOKS, _CATEGORIES)
def test_a_grade_lies_between_the_worst_and_the_best_category(work, categories):
    columns = [GradeColumn(str(at), 1000, name) for at, (name, _) in enumerate(work)]
    told = GradeBook(columns, categories).grade([cell for _, cell in work])
    percents = [line.percent for line in told.lines if line.percent is not None]
    if told.percent is None:
        assert percents == []
    else:
        assert min(percents) <= told.percent <= max(percents)
        assert 0 <= told.percent <= 10_000


@given(_BOOKS, _CATEGORIES, st.data())
def test_more_points_never_make_a_grade_worse(work, categories, data):
    columns = [GradeColumn(str(at), 1000, name) for at, (name, _) in enumerate(work)]
    cells = [cell for _, cell in work]
    before = GradeBook(columns, categories).grade(cells).percent
    at = data.draw(st.integers(0, len(cells) - 1))
    if cells[at].status is MarkStatus.MARKED:
        cells[at] = GradeCell(MarkStatus.MARKED, data.draw(st.integers(cells[at].score, 1000)))
        after = GradeBook(columns, categories).grade(cells).percent
        assert before is not None
        assert after >= before
