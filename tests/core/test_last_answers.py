"""What the server answered last is kept with its moment, and one answer that is far too long isn't."""

from datetime import timedelta

from desktop.core import last_answers
from desktop.core.last_answers import keep, last
from tests.core.desktop_kit import Bench


def test_the_last_answer_stands_with_its_moment(tmp_path, monkeypatch):
    bench = Bench(tmp_path)
    store, clock = bench.store, bench.clock
    assert last(store, "who owes") is None
    first = keep(store, clock, "who owes", [{"name": "Ama", "owed": 5}])
    assert last(store, "who owes") == first
    assert last(store, "who pays") is None
    clock.advance(timedelta(hours=2).total_seconds())
    second = keep(store, clock, "who owes", [])
    assert last(store, "who owes") == second
    assert second.at > first.at
    monkeypatch.setattr(last_answers, "MOST_LETTERS", 10)
    assert keep(store, clock, "who owes", ["a" * 20]).value == ["a" * 20]
    assert last(store, "who owes") == second
    store.close()
