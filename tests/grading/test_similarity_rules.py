"""Which passages two works share: found, left out where everybody has them, and bounded."""

import random
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.grading import similarity_rules
from shared.grading.rules import compare
from shared.grading.similarity_rules import (
    LEAST_RUN,
    MOST_PAIRS,
    SHINGLE,
    WINDOW,
    picks,
    read_words,
    shingles,
)

COPIED = "Sales in December are highest because the corner shop sells gifts and lamps to everybody around"
NOUNS = [f"word{n}" for n in range(3_000)]


def own(seed, words=120):
    """Words that nobody else has in this order."""
    return " ".join(random.Random(seed).choices(NOUNS, k=words))


def shared_words(text, passage):
    return text[passage.start : passage.end]


def test_a_passage_is_found_with_its_place_in_both():
    first, second = f"{own(1)} {COPIED}. {own(2)}", f"{own(3, 30)}\n\n{COPIED.upper()}, {own(4, 30)}"
    (pair,) = compare([first, own(9), second]).pairs
    assert (pair.first, pair.second) == (0, 2)
    (passage,) = pair.passages
    assert first[passage.start : passage.end] == COPIED
    assert second[passage.other_start : passage.other_end] == COPIED.upper()
    assert passage.words == 16
    assert (pair.percent, pair.other_percent, pair.most) == (16 * 100 // 256, 16 * 100 // 76, 21)


def test_only_what_reaches_the_threshold_is_flagged():
    found = compare([f"{own(1, 48)} {COPIED}", f"{own(2, 48)} {COPIED}"])
    assert found.pairs[0].most == 25
    assert found.flagged() == found.pairs
    assert found.flagged(26) == ()


def test_other_words_in_another_order_have_nothing_in_common():
    assert compare([own(1), own(2), own(3)]).pairs == ()
    assert compare([]).pairs == ()
    assert compare(["", "one", "one"]).pairs == ()


def test_a_few_words_in_a_row_are_how_people_write():
    few = " ".join(COPIED.split()[: LEAST_RUN - 1])
    enough = " ".join(COPIED.split()[:LEAST_RUN])
    assert compare([f"{own(1)} {few} {own(2)}", f"{own(3)} {few} {own(4)}"]).pairs == ()
    assert compare([f"{own(1)} {enough} {own(2)}", f"{own(3)} {enough} {own(4)}"]).pairs


def test_what_the_class_was_given_does_not_count():
    task = own(50, 40)
    works = [f"{task} {own(1)}", f"{task} {own(2)}"]
    assert compare(works).pairs
    assert compare(works, given=[task]).pairs == ()
    (pair,) = compare([f"{task} {COPIED} {own(1)}", f"{task} {COPIED} {own(2)}"], given=[task]).pairs
    assert len(pair.passages) == 1
    assert 16 <= pair.passages[0].words < 16 + SHINGLE + WINDOW


def test_what_most_of_the_class_has_is_a_template():
    template = own(60, 40)
    works = [f"{own(seed)} {template} {own(seed + 100)}" for seed in range(12)]
    assert compare(works).pairs == ()
    works[3] += f" {COPIED}"
    works[7] += f" {COPIED}"
    (pair,) = compare(works).pairs
    assert (pair.first, pair.second) == (3, 7)


def test_template_words_after_copied_ones_are_left_out():
    template = own(60, 40)
    works = [f"{own(seed)} {template}" for seed in range(12)]
    works[3] = f"{own(3)} {COPIED} {template}"
    works[7] = f"{own(7)} {COPIED} {template}"
    (pair,) = compare(works).pairs
    assert [one.words < 16 + SHINGLE + WINDOW for one in pair.passages] == [True]


def test_those_who_worked_together_are_not_compared():
    works = [f"{own(seed)} {COPIED}" for seed in range(3)]
    assert [(one.first, one.second) for one in compare(works, together=[(1, 0)]).pairs] == [(0, 2), (1, 2)]


def test_the_most_alike_come_first():
    works = [own(1), f"{own(2)} {COPIED}", f"{COPIED} {own(3, 20)}", own(1)]
    assert [one.most for one in compare(works).pairs] == [100, 44]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("資金繰り表を作成し来月の支払いを確認する", "彼は資金繰り表を作成し来月の支払いを確認すると書いた"),
        ("é" + COPIED, "e\u0301" + COPIED.lower()),
        ("ﬁrst " + COPIED, "FIRST " + COPIED),
    ],
)
def test_signs_and_ways_of_writing_make_no_difference(first, second):
    (pair,) = compare([first, second]).pairs
    assert pair.percent == 100


def test_words_are_told_with_their_places():
    words = read_words("The shop, the SHOP!")
    assert len(words) == 4
    assert list(words.codes[:2]) == list(words.codes[2:])
    assert (list(words.starts), list(words.ends), words.cut) == ([0, 4, 10, 14], [3, 8, 13, 18], False)
    assert read_words("one two three", 2).cut
    assert len(read_words("one two three", 2)) == 2
    assert read_words("\ud800 lone half")


def test_what_is_not_read_to_its_end_is_counted():
    found = compare([own(1, 20_001), own(2)])
    assert (found.compared, found.cut) == (2, 1)


def test_it_tells_how_far_it_is_and_can_be_stopped():
    told = []
    works = [f"{own(seed)} {COPIED}" for seed in range(4)]
    compare(works, step=lambda done, total: told.append((done, total)))
    assert told[0] == (0, 8)
    assert told == sorted(told)

    def stop(_done, _total):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        compare(works, step=stop)


def test_the_same_words_over_and_over_end_soon():
    began = time.process_time()
    (pair,) = compare(["again " * 20_000, "again " * 19_000]).pairs
    assert pair.most == 100
    assert time.process_time() - began < 5


def test_a_large_class_is_bounded_in_pairs_and_memory():
    texts = [f"{own(seed, 60)} {own(1_000 + seed // 3, 20)}" for seed in range(330)]
    tracemalloc.start()
    found = compare(texts)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found.pairs) == MOST_PAIRS
    assert most < 20_000_000


def test_in_a_large_class_less_of_each_work_is_read(monkeypatch):
    monkeypatch.setattr(similarity_rules, "MOST_TOGETHER", 1_000)
    assert compare([own(seed, 100) for seed in range(10)]).cut == 0
    assert compare([own(seed, 100) for seed in range(11)]).cut == 11


def test_pieces_roll_alike_wherever_they_stand():
    alone, inside = read_words(COPIED), read_words(f"{own(1)} {COPIED}")
    assert list(shingles(alone)) == list(shingles(inside))[-12:]
    assert list(shingles(read_words("too few words"))) == []


@given(st.lists(st.integers(0, 5), max_size=60))
def test_every_window_keeps_its_least_piece(pieces):
    kept = picks(pieces)
    assert [place for _, place in kept] == sorted({place for _, place in kept})
    for begin in range(max(0, len(pieces) - WINDOW + 1)):
        window = pieces[begin : begin + WINDOW]
        inside = [number for number, place in kept if begin <= place < begin + WINDOW]
        assert min(window) in inside
    if 0 < len(pieces) < WINDOW:
        assert kept == [(min(pieces), max(place for place, one in enumerate(pieces) if one == min(pieces)))]


WORDS = st.lists(st.sampled_from([f"w{n}" for n in range(400)]), max_size=40)


@settings(max_examples=60, deadline=None)
@given(WORDS, WORDS, WORDS, WORDS, st.integers(LEAST_RUN, 30))
def test_every_long_enough_common_run_is_found(before, after, other_before, other_after, length):
    run = [f"copied{n}" for n in range(length)]
    texts = [" ".join([*before, *run, *after]), " ".join([*other_before, *run, *other_after])]
    (pair,) = compare(texts).pairs
    assert any(" ".join(run) in shared_words(texts[0], one) for one in pair.passages)
    for one in pair.passages:
        assert texts[0][one.start : one.end] == texts[1][one.other_start : one.other_end]
        assert texts[0][one.start : one.end].count(" ") == one.words - 1
    assert 1 <= pair.percent <= 100
