"""The grades of a class at once are those of each student with their lines, to the last hundredth."""

from hypothesis import given
from hypothesis import strategies as st

from shared.grading.quick_grades import LEFT_OUT, QuickBook
from shared.grading.rules import Category, GradeBook, GradeCell, GradeColumn
from shared.grading.vocabulary import MarkStatus

COLUMNS = st.lists(
    st.builds(
        GradeColumn,
        id=st.text(max_size=3),
        points=st.one_of(st.sampled_from([0, 1000, 5000]), st.integers(1, 200_00)),
        category_id=st.sampled_from(["a", "b", "c", "gone"]),
        extra_credit=st.booleans(),
    ),
    max_size=8,
)
CATEGORIES = st.lists(
    st.builds(
        Category, id=st.sampled_from(["a", "b", "c"]), weight=st.integers(0, 100_00), drop_lowest=st.integers(0, 3)
    ),
    max_size=3,
    unique_by=lambda one: one.id,
)


def cell(score: int) -> GradeCell:
    """A missing cell for 0, an excused one for nothing."""
    if score == LEFT_OUT:
        return GradeCell(MarkStatus.EXCUSED)
    return GradeCell(MarkStatus.MARKED, score) if score else GradeCell(MarkStatus.MISSING)


@given(COLUMNS, CATEGORIES, st.integers(0, 2), st.data())
def test_they_are_the_same(columns, categories, places, data):
    scores = [data.draw(st.integers(LEFT_OUT, max(1, one.points))) for one in columns]
    whole = GradeBook(columns, categories).grade([cell(one) for one in scores])
    assert QuickBook(columns, categories, places).percent(scores) == whole.rounded(places)


def test_worked_examples():
    columns = [GradeColumn("t", 5000, "a"), GradeColumn("u", 1000, "a"), GradeColumn("x", 500, "b", extra_credit=True)]
    assert QuickBook(columns).percent([2500, LEFT_OUT, LEFT_OUT]) == 5000
    assert QuickBook(columns).percent([2500, 0, 500]) == 5000
    assert QuickBook(columns, [Category("a", 1, 1)]).percent([2500, 0, LEFT_OUT]) == 5000
    assert QuickBook(columns, [Category("b", 1)]).percent([2500, 0, 500]) is None
    assert QuickBook(columns, places=2).percent([3333, 1000, LEFT_OUT]) == 7222
    assert QuickBook([]).percent([]) is None
