"""Someone was anonymised: this computer drops answered commands, notes, index and old bytes, and nothing unsent."""

import pytest
import sqlcipher3

from desktop.core import erasures
from desktop.core.disk import Disk
from desktop.core.last_answers import keep, last
from desktop.core.local_store import LocalStore
from desktop.core.outbox import Ask
from desktop.core.previews import Previews
from desktop.core.store_file import prepare
from shared.core.erasure import KIND, ids_in
from shared.core.sync import Change
from tests.core.desktop_kit import KEY, NOTE, Bench, FakeServer

SINCE = "00000000-0000-7000-8000-00000000ffff"
WORDS = ("Zqtitle", "Zqtext", "Zqdraft")


def _plain(path, _key):
    """A store file that isn't encrypted, so that its bytes can be looked through."""
    db = sqlcipher3.connect(str(path), isolation_level=None, check_same_thread=False, timeout=10)
    prepare(db)
    return db


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path, disk=Disk(connect=_plain))
    yield bench
    bench.store.close()


@pytest.fixture
def server():
    return FakeServer()


def _erase(server, note, person, files=()):
    """What the server sends of an anonymised person: a row without words, and the erasure."""
    server.seq += 1
    old = server.rows[note]
    body = {**old.body, "title": "Former student 0001", "text": ""}
    server.rows[note] = old.model_copy(update={"seq": server.seq, "revision": SINCE, "body": body})
    server.seq += 1
    told = {"id": person, "revision": "e-1", "person_id": person, "ids": [note], "label": "x", "files": list(files)}
    server.rows[person] = Change(
        seq=server.seq,
        kind=KIND,
        id=person,
        revision="e-1",
        parent=None,
        scope="all",
        also=None,
        deleted=False,
        body=told,
    )


def _bytes(bench):
    return b"".join(one.read_bytes() for one in bench.path.parent.rglob("*") if one.is_file())


def _left(bench):
    content = _bytes(bench)
    return [word for word in WORDS if word.encode() in content]


def _outbox(bench):
    return bench.store._files.db().execute("SELECT state, verdict FROM outbox ORDER BY position").fetchall()


def test_nothing_of_the_person_is_left_in_the_files(bench, server):
    person = bench.ids()
    note = bench.add("Zqtitle", text="Zqtext")
    bench.store.remember(f"draft:person:{note}", {"text": "Zqdraft"})
    keep(bench.store, bench.clock, "who owes", [["Zqtitle", 5]])
    other = bench.add("Kept")
    bench.sync(server)
    assert _left(bench) == list(WORDS)
    _erase(server, note, person)
    bench.sync(server)
    assert _left(bench) == []
    assert last(bench.store, "who owes") is None
    assert bench.titles() == {note: "Former student 0001", other: "Kept"}
    assert bench.store.search("zqtitle", [NOTE]) == []
    assert [hit.id for hit in bench.store.search("former", [NOTE])] == [note]
    assert _outbox(bench) == [("answered", "applied")]


def test_what_isnt_sent_stays_until_it_is_answered_and_goes_then(bench, server):
    person = bench.ids()
    note = bench.add("Zqtitle")
    bench.sync(server)
    _erase(server, note, person)
    bench.edit(note, text="Zqtext")
    request = bench.store.next_request()
    answer = server.sync(request)
    bench.store.commit([Ask("EditNote", note, {"text": "Zqdraft"}, base=SINCE)])
    bench.store.settle(request, answer)
    waiting = [row for row in _outbox(bench) if row[0] != "answered"]
    assert len(waiting) == 1, "unsent work is never dropped"
    bench.sync(server)
    bench.sync(server)
    assert _outbox(bench) == []


def test_kept_files_of_the_person_go_and_the_rest_stays(bench, server):
    person, note = bench.ids(), bench.add("Zqtitle")
    bench.sync(server)
    gone, kept = bench.store.kept_files.put_content(b"handed in"), bench.store.kept_files.put_content(b"of others")
    previews = Previews(bench.store, None)
    previews.keep(gone, b"\xff\xd8\xff small")
    previews.keep(kept, b"\xff\xd8\xff other")
    smaller = bench.store.kept_files.put_content(b"smaller film")
    bench.store.remember(erasures.FILM + gone, [smaller, 12])
    _erase(server, note, person, [gone])
    bench.sync(server)
    assert (bench.store.kept_files.exists(gone), bench.store.kept_files.exists(kept)) == (False, True)
    assert not bench.store.kept_files.exists(smaller)
    assert bench.store.recall(erasures.FILM + gone) is None
    assert (previews.kept(gone), previews.kept(kept)) == (None, b"\xff\xd8\xff other")
    assert bench.store.recall_all(erasures.PREVIEW).keys() == {erasures.PREVIEW + kept}


def test_what_fails_on_the_way_is_done_after_the_next_exchange(bench, server, monkeypatch):
    person, note = bench.ids(), bench.add("Zqtitle", text="Zqtext")
    bench.sync(server)
    _erase(server, note, person)
    with monkeypatch.context() as broken:
        broken.setattr(erasures, "compact", lambda _db: (_ for _ in ()).throw(OSError("away")))
        with pytest.raises(OSError, match="away"):
            bench.sync(server)
    bench.sync(server)
    assert _left(bench) == []


def test_an_ordinary_store_does_it_too(tmp_path, server):
    bench = Bench(tmp_path)
    person, note = bench.ids(), bench.add("Zqtitle")
    bench.sync(server)
    _erase(server, note, person)
    bench.sync(server)
    assert isinstance(bench.opened(), LocalStore)
    assert bench.titles() == {note: "Former student 0001"}
    assert KEY
    bench.store.close()


def test_ids_are_found_in_text():
    one = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
    assert ids_in(f'{{"id":"{one}","text":"no id"}}') == {one}
