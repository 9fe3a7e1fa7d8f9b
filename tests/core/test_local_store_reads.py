"""What screens read from the local store: lists, filters, search, with pending commands included."""

import threading

import pytest

from desktop.core import queries, search
from desktop.core.outbox import Ask
from desktop.core.queries import Where
from desktop.core.search import alternatives, match_expression, words_of
from tests.core.desktop_kit import NOTE, Bench, FakeServer


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    yield bench
    bench.store.close()


@pytest.fixture
def filled(bench):
    server = FakeServer()
    for at, title in enumerate(["Date", "apple", "Cherry", "banana", "elder"]):
        server.put(bench.ids(), title=title, rank=at, colour="red" if at % 2 else None, tags=[title[:1]], parent="f1")
    bench.sync(server)
    return bench


def titles(rows):
    return [row["title"] for row in rows]


def test_lists_are_in_the_order_of_the_sort_text(filled):
    assert titles(filled.store.page(NOTE)) == ["apple", "banana", "Cherry", "Date", "elder"]
    assert titles(filled.store.page(NOTE, descending=True)) == ["elder", "Date", "Cherry", "banana", "apple"]
    assert titles(filled.store.page(NOTE, offset=1, limit=2)) == ["banana", "Cherry"]


def test_drafts_stand_in_lists_where_they_belong(filled):
    filled.add("blueberry", folder="f1", rank=9)
    cherry = filled.store.page(NOTE, [Where("title", "=", "Cherry")])[0]
    filled.edit(cherry["id"], title="zucchini")
    expected = ["apple", "banana", "blueberry", "Date", "elder", "zucchini"]
    assert titles(filled.store.page(NOTE)) == expected
    assert titles(filled.store.page(NOTE, offset=2, limit=2)) == expected[2:4]
    assert titles(filled.store.children(NOTE, "f1")) == expected
    assert filled.store.count(NOTE) == 6


def test_a_removed_row_is_gone_from_every_read(filled):
    apple = filled.store.page(NOTE)[0]
    filled.store.commit([Ask("RemoveNote", apple["id"], base=apple["revision"])])
    assert filled.store.get(NOTE, apple["id"]) is None
    assert titles(filled.store.page(NOTE)) == ["banana", "Cherry", "Date", "elder"]
    assert filled.store.many(NOTE, [apple["id"]]) == {}
    assert filled.store.search("apple") == []
    assert filled.store.count(NOTE) == 4


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Where("colour", "=", "red"), ["apple", "banana"]),
        (Where("colour", "=", None), ["Cherry", "Date", "elder"]),
        (Where("colour", "!=", "red"), ["Cherry", "Date", "elder"]),
        (Where("rank", ">=", 3), ["banana", "elder"]),
        (Where("rank", "in", [0, 4]), ["Date", "elder"]),
        (Where("title", "=", "Cherry"), ["Cherry"]),
        (Where("tags", "has", "C"), ["Cherry"]),
        (Where("colour", "empty", True), ["Cherry", "Date", "elder"]),
        (Where("colour", "empty", False), ["apple", "banana"]),
        (Where("parent", "=", "f1"), ["apple", "banana", "Cherry", "Date", "elder"]),
    ],
)
def test_filters(filled, where, expected):
    assert titles(filled.store.page(NOTE, [where])) == expected
    assert filled.store.count(NOTE, [where]) == len(expected)


def test_rows_without_the_value_come_last_in_both_directions(filled):
    assert titles(filled.store.page(NOTE, order="colour"))[:2] == ["apple", "banana"]
    assert titles(filled.store.page(NOTE, order="colour", descending=True))[:2] == ["banana", "apple"]
    assert titles(filled.store.page(NOTE, order="colour", offset=1, limit=2)) == ["banana", "Cherry"]
    assert titles(filled.store.page(NOTE, order="colour", offset=3, limit=2)) == ["Date", "elder"]


def test_order_by_any_field(filled):
    assert titles(filled.store.page(NOTE, order="rank")) == ["Date", "apple", "Cherry", "banana", "elder"]
    assert titles(filled.store.page(NOTE, order="title"))[0] == "Cherry"


def test_a_field_that_is_no_name_is_refused(filled):
    with pytest.raises(ValueError, match="no field"):
        filled.store.page(NOTE, [Where("title') --", "=", 1)])
    with pytest.raises(ValueError, match="no field"):
        filled.store.page(NOTE, [Where("a b", "has", 1)])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("abena", ["Abena Ɔpoku"]),
        ("opoku", ["Abena Ɔpoku"]),
        ("ɔpo", ["Abena Ɔpoku"]),
        ("esi ad", ["Ɛsi Adɔma"]),
        ("ADOMA", ["Ɛsi Adɔma"]),
        ("jose", ["José Nkrumah"]),
        ("a", ["Abena Ɔpoku", "Ɛsi Adɔma"]),
        ("bena", []),
        ('" OR x*', []),
        ("   ", []),
    ],
)
def test_search_finds_words_by_their_beginning_whatever_their_marks(bench, typed, found):
    server = FakeServer()
    for name in ["Abena Ɔpoku", "Ɛsi Adɔma", "José Nkrumah"]:
        server.put(bench.ids(), title=name)
    bench.sync(server)
    assert [hit.title for hit in bench.store.search(typed)] == found


@pytest.mark.parametrize(
    ("typed", "expression"),
    [
        ("ama m", '"ama"* AND "m"*'),
        ("0240001", '("0240001"*) OR ("240001"*)'),
        ("240001", '"240001"*'),
        ("0451", '"0451"*'),
        ("024 0001", '("024"* AND "0001"*) OR ("240001"*)'),
        ("+233 24 0001", '"233240001"*'),
        ("0000 00", '"0000"* AND "00"*'),
        ("24 ama", '"24"* AND "ama"*'),
    ],
)
def test_digits_in_groups_may_be_one_number(typed, expression):
    assert match_expression(typed) == expression


def test_search_says_where_the_letters_are(bench):
    bench.add("Ɛsi Adɔma")
    assert bench.store.search("ad es")[0].spans == ((0, 2), (4, 6))


def test_search_finds_a_draft_and_no_longer_what_it_was(filled):
    apple = filled.store.page(NOTE)[0]
    filled.edit(apple["id"], title="quince")
    assert filled.store.search("apple") == []
    assert [hit.title for hit in filled.store.search("quin")] == ["quince"]


def test_search_follows_the_server(filled):
    server = FakeServer()
    note = server.put(filled.ids(), title="mango")
    bench = Bench(filled.path.parent / "other", seed=5)
    bench.sync(server)
    server.put(note.id, title="papaya")
    bench.sync(server)
    assert bench.store.search("mango") == []
    assert len(bench.store.search("papaya")) == 1
    bench.store.close()


@pytest.mark.parametrize("few", [0, 1_000])
@pytest.mark.parametrize("typed", ["ama", "ama m", "mens", "ama x", "o", "opo", "024 12", "zz"])
def test_few_rows_and_many_are_searched_to_the_same_end(bench, monkeypatch, few, typed):
    server = FakeServer()
    for title in ["Ama Mensah", "Yaw Mensah 0241234567", "Abena Ɔpoku", "Ama Owusu"]:
        server.put(bench.ids(), title=title)
    bench.sync(server)
    bench.add("Ama Mensah-Draft")
    everyone = [row["title"] for row in bench.store.page(NOTE)]
    wanted = {
        title
        for title in everyone
        if any(
            all(any(word.startswith(part) for word in words_of(title)) for part in way) for way in alternatives(typed)
        )
    }
    monkeypatch.setattr(search, "_FEW", few)
    assert {hit.title for hit in bench.store.search(typed)} == wanted


def test_the_best_hit_leads(bench):
    server = FakeServer()
    for title in ["Owusu Kofi", "Kofi Annan", "Kofi"]:
        server.put(bench.ids(), title=title)
    bench.sync(server)
    assert bench.store.search("kofi")[0].title == "Kofi"
    assert len(bench.store.search("kofi", limit=2)) == 2


def test_many_keeps_the_order_asked_for(filled):
    ids = filled.store.ids(NOTE)
    wanted = [ids[3], filled.ids(), ids[0]]
    assert list(filled.store.many(NOTE, wanted)) == [ids[3], ids[0]]


def test_reads_work_on_another_thread(filled):
    found = []
    thread = threading.Thread(target=lambda: found.append(filled.store.count(NOTE)))
    thread.start()
    thread.join()
    assert found == [5]


def test_a_page_costs_the_same_statements_whatever_its_size(filled):
    """Lists are read in two statements and a look whether there are drafts."""
    seen = []
    db = filled.store._files.db()
    db.set_trace_callback(seen.append)
    filled.store.page(NOTE, limit=1)
    one = len(seen)
    filled.store.page(NOTE, limit=5)
    assert len(seen) == 2 * one <= 8


@pytest.mark.parametrize(("limit", "way"), [(-1, "base_key"), (10, "base_list")])
def test_all_rows_of_some_keys_are_looked_up_by_key(filled, limit, way):
    colours = [Where("colour", "in", ["red"])]
    assert titles(filled.store.page(NOTE, colours, limit=limit)) == ["apple", "banana"]
    asked = []
    with filled.store._files.read() as db:

        class Watched:
            def execute(self, sql, values=()):
                asked.append((sql, values))
                return db.execute(sql, values)

        queries.ids(Watched(), NOTE, filled.store.area.kinds[NOTE], colours, limit=limit)
        plan = " ".join(str(row) for row in db.execute(f"EXPLAIN QUERY PLAN {asked[-1][0]}", asked[-1][1]))
    assert way in plan
