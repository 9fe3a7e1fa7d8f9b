"""Where the person has been."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.shell.history import MOST_PLACES, History, Place


def test_going_somewhere_new_forgets_what_lay_ahead():
    history = History()
    for name in "abc":
        history.go(Place(name))
    assert history.back() == Place("b")
    history.go(Place("d"))
    assert history.forward() is None
    assert history.back() == Place("b")


def test_the_same_place_twice_in_a_row_counts_once():
    history = History()
    history.go(Place("a", "1", {"tab": "x"}))
    history.go(Place("a", "1", {"tab": "x"}))
    assert not history.can_go_back
    history.go(Place("a", "1", {"tab": "y"}))
    assert history.can_go_back


def test_nothing_lies_behind_the_first_place():
    history = History()
    assert history.here is None
    assert history.back() is None
    history.go(Place("a"))
    assert history.back() is None
    assert history.here == Place("a")


@given(st.lists(st.one_of(st.sampled_from("abcde"), st.just("<"), st.just(">")), max_size=200))
def test_it_never_loses_where_one_is(steps):
    history = History()
    for step in steps:
        moved = history.back() if step == "<" else history.forward() if step == ">" else history.go(Place(step))
        if moved is not None:
            assert history.here == moved
        elif step not in "<>":
            assert history.here == Place(step)
        assert len(history._places) <= MOST_PLACES


@pytest.mark.parametrize(
    ("stays", "here"), [("ace", "e"), ("abcde", "e"), ("ab", "b"), ("", None), ("e", "e"), ("de", "e")]
)
def test_the_history_forgets_places_and_stays_where_it_was(stays, here):
    history = History()
    for name in "abcde":
        history.go(Place(name))
    history.keep(lambda place: place.page in stays)
    assert (history.here.page if history.here else None) == here
    assert history.can_go_back == (len(stays) > 1)
    history.go(Place("z"))
    assert history.here.page == "z"


def test_the_history_forgets_what_lies_behind_and_ahead():
    history = History()
    for name in "abcde":
        history.go(Place(name))
    history.back(), history.back()
    history.keep(lambda place: place.page in "bcde")
    assert history.here.page == "c"
    assert history.forward().page == "d"
