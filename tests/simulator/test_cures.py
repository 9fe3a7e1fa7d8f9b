"""Every failure that others had: with our cure the scene holds, and without it an invariant breaks."""

import threading
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from server.core import feeds
from server.core.database import Database, Db
from tests.institute import make_institute, open_database
from tests.postgres import DatabaseUrls
from tests.simulator import broken, scenarios
from tests.simulator.invariants import BrokenInvariantError
from tests.simulator.scene import Scene

Breaking = Callable[[pytest.MonkeyPatch], None]
CURES: dict[str, tuple[Callable[[Scene], None], Breaking]] = {
    "cursor off by one": (scenarios.cursor_off_by_one, broken.cursor_off_by_one),
    "delete and upsert in the wrong order": (
        scenarios.delete_and_upsert_in_the_wrong_order,
        broken.order_of_deletes,
    ),
    "checkpoint written before the data": (scenarios.checkpoint_before_the_data, broken.checkpoint_first),
    "restored server, clients never resend": (scenarios.restored_server, broken.never_resend),
    "restored or cloned client, later writes dropped": (scenarios.restored_client, broken.duplicates_by_number),
    "cloned image duplicates an institute": (scenarios.cloned_image, broken.ids_by_the_server),
    "reassigned worker's visits missing": (scenarios.reassigned_worker, broken.scopes_without_snapshots),
    "refused documents leave no copy": (scenarios.refused_documents, broken.refused_without_a_copy),
    "duplicate attendance rows distort percentages": (
        scenarios.duplicate_attendance_rows,
        broken.every_row_counts,
    ),
    "split attachments duplicate the submission": (scenarios.split_submission, broken.new_ids_for_every_try),
    "edit after interrupted upload refused": (
        scenarios.edit_after_interrupted_upload,
        broken.edits_change_what_was_sent,
    ),
    "out-of-order updates misflag conflicts": (scenarios.out_of_order_updates, broken.order_of_arrival),
    "unique-constraint collision leaves a record silently absent": (
        scenarios.unique_collision,
        broken.collisions_swallowed,
    ),
    "unfinished syncs bloat the database": (scenarios.unfinished_syncs, broken.repeats_leave_traces),
    "one-way sync loses a day's work": (scenarios.one_way_sync, broken.the_server_wins),
    "future-dated clock poisons merging": (scenarios.future_clock, broken.the_latest_clock_wins),
    "uploads stall after a kill": (scenarios.stalled_upload, broken.sent_once),
    "older client skips an unknown table": (scenarios.unknown_table, broken.unknown_kinds_skipped),
}


@pytest.mark.parametrize("failure", CURES)
def test_the_cure_holds(failure: str, scene: Scene) -> None:
    CURES[failure][0](scene)


@pytest.mark.parametrize("failure", CURES)
def test_without_the_cure_an_invariant_breaks(failure: str, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    CURES[failure][1](monkeypatch)
    with pytest.raises(BrokenInvariantError):
        CURES[failure][0](scene)


class _SeparateHead(Db):
    """The head is moved in a transaction of its own, as an auto-increment column does."""

    def __init__(self, db: Db, database: Database) -> None:
        super().__init__(db.dialect, db._execute)
        self._database = database

    def one(self, statement: Any, /, **places: Any) -> Any:
        if isinstance(statement, str) and "UPDATE feed_head" in statement:
            return self._database.write(lambda db: db.one(statement, **places))
        return super().one(statement, **places)


def _read_while_one_waits(
    urls: DatabaseUrls, take_out: Callable[[Database], None] = lambda _database: None
) -> tuple[set[str], set[str]]:
    """Two transactions overlap, the earlier one commits last, and a device reads between; returns (seen, there)."""
    database = open_database(urls)
    institute = make_institute(database)
    take_out(database)
    written, go_on = threading.Event(), threading.Event()
    actors = {name: institute.refreshed(institute.devices[name].actor) for name in ("ama", "kofi")}

    def slow(db: Db) -> None:
        ama = institute.devices["ama"]
        institute.parts.door.accept_in(db, actors["ama"], ama.origin, [institute.mark(ama, 0, "present")])
        written.set()
        assert go_on.wait(120)

    def quick() -> None:
        kofi = institute.devices["kofi"]
        institute.parts.door.accept(actors["kofi"], kofi.origin, [institute.mark(kofi, 1, "present")])

    first = threading.Thread(target=database.write, args=(slow,))
    first.start()
    assert written.wait(120)
    second = threading.Thread(target=quick)
    second.start()
    # It has ended, or it waits for the first at the place that they both count on.
    while second.is_alive() and not _waits_for_a_lock(database):
        second.join(0.02)
    seen: set[str] = set()
    reached = _page(database, institute.organisation_id, 0, seen)
    go_on.set()
    first.join(120)
    second.join(120)
    _page(database, institute.organisation_id, reached, seen)
    with database.read() as db:
        there = {row[0] for row in db.rows("SELECT entity_id FROM feed_row WHERE kind = 'observation'")}
    database.close()
    return seen, there


def _waits_for_a_lock(database: Database) -> bool:
    sql = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with database.read() as db:
        return db.one(sql) is not None


def _page(database: Database, organisation_id: str, after: int, seen: set[str]) -> int:
    with database.read() as db:
        page = feeds.page_after(db, organisation_id, ("all",), after, 500)
    seen |= {row["id"] for row in orjson.loads(page.entries) if row["kind"] == "observation"}
    return page.reached


def test_no_cursor_passes_uncommitted_lower_places(postgres_url: DatabaseUrls) -> None:
    seen, there = _read_while_one_waits(postgres_url)
    assert len(there) == 2
    assert seen == there


def test_with_places_given_ahead_of_the_commit_a_row_is_missed(
    postgres_url: DatabaseUrls, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = feeds.advance

    def take_out(database: Database) -> None:
        def wrong(batch: Any, lines: Any, note: Any = None) -> Any:
            batch.db = _SeparateHead(batch.db, database)
            return right(batch, lines, note)

        monkeypatch.setattr(feeds, "advance", wrong)

    seen, there = _read_while_one_waits(postgres_url, take_out)
    assert len(there) == 2
    assert seen < there
