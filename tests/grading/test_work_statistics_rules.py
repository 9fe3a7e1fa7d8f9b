"""What a piece of work comes to over a class, and how each criterion went."""

from hypothesis import given as given_here
from hypothesis import strategies as some

from shared.grading.vocabulary import MarkStatus
from shared.grading.work_statistics_rules import StudentWork, criterion_figures, work_figures
from tests.grading.work_rows import RUBRIC, given

MARKED, MISSING, EXCUSED = MarkStatus.MARKED, MarkStatus.MISSING, MarkStatus.EXCUSED


def test_everyone_is_counted_where_he_or_she_stands():
    found = work_figures(
        5000,
        [
            StudentWork(MARKED, 4000, handed_in=True),
            StudentWork(MARKED, 3000, handed_in=True, late=True),
            StudentWork(MISSING),
            StudentWork(EXCUSED, handed_in=True),
            StudentWork(handed_in=True, late=True),
            StudentWork(),
            StudentWork(),
        ],
    )
    assert (found.students, found.handed_in, found.late) == (7, 4, 2)
    assert (found.graded, found.missing, found.excused, found.waiting, found.nothing) == (2, 1, 1, 1, 2)
    assert found.spread is not None
    assert (found.spread.average, found.spread.median, found.spread.lowest) == (3500, 3500, 3000)


ROWS = some.builds(StudentWork, some.sampled_from(MarkStatus), some.integers(0, 5000), some.booleans(), some.booleans())


@given_here(some.lists(ROWS, max_size=20))
def test_nobody_is_counted_twice_or_left_out(rows):
    found = work_figures(5000, rows)
    assert found.graded + found.missing + found.excused + found.waiting + found.nothing == found.students == len(rows)
    assert (found.spread is None) == (found.graded == 0)


def test_nobody_is_no_figure():
    found = work_figures(5000, [])
    assert (found.students, found.spread) == (0, None)


def test_criteria_have_their_average_and_how_often_each_level_was_given():
    judged = [
        [given("Light", "good", "15"), given("Idea", "strong", "20.5")],
        [given("Light", "weak", "5.25"), given("Gone", "weak", "9")],
        [],
    ]
    light, idea = criterion_figures(RUBRIC, judged)
    assert (light.name, light.most, light.count, light.average) == ("Light", 2000, 2, 1013)
    assert light.levels == (("weak", 1), ("good", 1))
    assert (idea.most, idea.count, idea.average, idea.levels) == (3000, 1, 2050, (("thin", 0), ("strong", 1)))
    assert [one.average for one in criterion_figures(RUBRIC, [])] == [None, None]
