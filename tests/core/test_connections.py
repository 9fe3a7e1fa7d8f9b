"""The end of a store: whoever still reads or writes comes to an end first."""

import threading

import pytest

from desktop.core.connections import Connections
from desktop.core.disk import Disk
from desktop.core.store_file import open_encrypted


@pytest.fixture
def files(tmp_path):
    made = Connections(tmp_path / "a.store", b"k" * 32, Disk(open_encrypted))
    with made.write() as db:
        db.execute("CREATE TABLE mark (id INTEGER)")
        db.execute("INSERT INTO mark VALUES (1), (2), (3)")
    return made


@pytest.mark.parametrize("work", ["read", "write"])
def test_the_store_closes_when_nobody_is_at_work_on_it(files, work):
    began, may_go_on, counted, closed = threading.Event(), threading.Event(), [], threading.Event()

    def at_work():
        with getattr(files, work)() as db:
            began.set()
            assert may_go_on.wait(60)
            counted.append(db.execute("SELECT count(*) FROM mark").fetchone()[0])

    def close():
        files.close()
        closed.set()

    threads = [threading.Thread(target=at_work), threading.Thread(target=close)]
    threads[0].start()
    assert began.wait(60)
    threads[1].start()
    assert not closed.wait(0.2), "it closed under someone's hands"
    may_go_on.set()
    for thread in threads:
        thread.join(60)
    assert closed.is_set()
    assert counted == [3]


def test_a_read_that_fails_doesnt_keep_the_store_open(files):
    def read():
        with files.read() as db:
            return db.execute("SELECT 1").fetchone()[0] / 0

    with pytest.raises(ZeroDivisionError):
        read()
    files.close()


def test_it_is_opened_again_by_whoever_asks_after_that(files):
    files.close()
    with files.read() as db:
        assert db.execute("SELECT count(*) FROM mark").fetchone()[0] == 3
    files.close()
