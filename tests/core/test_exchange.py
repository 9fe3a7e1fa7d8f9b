"""The sync exchange on both databases: cursors, scopes, snapshots, epochs, unknown kinds and digests."""

import json
from typing import Any

import pytest

from server.areas import KINDS
from server.core.exchange import Exchange
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.core.sync import (
    CheckRequest,
    Cursor,
    SnapshotTask,
    SyncRequest,
    SyncResponse,
    digest_rows,
)
from tests.institute import Device, Institute


class Reader:
    """A device that only reads: it keeps rows as the protocol says."""

    def __init__(self, institute: Institute, device: Device, page_rows: int = 7) -> None:
        self.institute = institute
        self.device = device
        self.page_rows = page_rows
        self.cursor: Cursor | None = None
        self.scopes: set[str] = set()
        self.rows: dict[tuple[str, str], Any] = {}
        self.tasks: list[SnapshotTask] = []

    def once(self, **more: Any) -> SyncResponse:
        request = SyncRequest(
            protocol=1,
            device_id=self.device.origin.device_id,
            install_epoch=1,
            cursor=self.cursor,
            snapshot=self.tasks[0] if self.tasks else None,
            page_rows=self.page_rows,
            **more,
        )
        actor = self.institute.refreshed(self.device.actor)
        told = SyncResponse.model_validate_json(self.institute.parts.exchange.run(actor, self.device.origin, request))
        if self.tasks:
            self.tasks[:1] = [told.snapshot] if told.snapshot else []
        for change in (*told.changes, *told.snapshot_changes):
            known = self.rows.get((change.kind, change.id))
            if known is None or change.seq >= known.seq:
                self.rows[change.kind, change.id] = change
        if told.scopes is not None:
            gained = tuple(sorted(set(told.scopes) - self.scopes))
            lost = self.scopes - set(told.scopes)
            self.scopes = set(told.scopes)
            if gained:
                self.tasks.append(SnapshotTask(scopes=gained, after=0, until=told.cursor.seq))
            self.rows = {
                key: row for key, row in self.rows.items() if not ({row.scope, row.also} & lost) or self._seen(row)
            }
        self.cursor = told.cursor
        return told

    def _seen(self, row: Any) -> bool:
        return "all" in self.scopes or bool({row.scope, row.also} & self.scopes)

    def catch_up(self) -> "Reader":
        for _ in range(200):
            told = self.once()
            if not told.more and not self.tasks:
                return self
        raise AssertionError("the device never caught up")

    def living(self) -> dict[tuple[str, str], Any]:
        return {key: row for key, row in self.rows.items() if not row.deleted}


def _server_rows(institute: Institute) -> dict[tuple[str, str], str]:
    with institute.parts.database.read() as db:
        rows = db.rows("SELECT kind, entity_id, revision FROM feed_row WHERE deleted = false")
    return {(row[0], row[1]): row[2] for row in rows}


def test_the_office_ends_with_every_row_whatever_the_page_size(institute: Institute) -> None:
    for page_rows in (1, 3, 500):
        reader = Reader(institute, institute.registrar, page_rows).catch_up()
        assert {key: row.revision for key, row in reader.living().items()} == _server_rows(institute)


def test_changes_made_while_a_snapshot_is_fetched_are_not_missed(institute: Institute) -> None:
    reader = Reader(institute, institute.registrar, 2)
    for at in range(40):
        told = reader.once()
        if at % 3 == 0 and at < 15:
            institute.ama.send(institute.mark(institute.ama, at % 5, "present"))
        if not told.more and not reader.tasks and at > 15:
            break
    reader.catch_up()
    assert {key: row.revision for key, row in reader.living().items()} == _server_rows(institute)


def test_an_instructor_gets_own_cohorts_and_loses_them_with_the_teaching(institute: Institute) -> None:
    reader = Reader(institute, institute.ama).catch_up()
    assert ("cohort", institute.cohort_id) in reader.living()
    assert {key[1] for key in reader.living() if key[0] == "enrolment"} == set(institute.enrolments)
    before = reader.rows["cohort", institute.cohort_id].body["instructors"]
    institute.system.edit(
        "EditCohort", institute.cohort_id, reader.rows["cohort", institute.cohort_id].revision,
        instructors=(before, [institute.kofi.actor.person_id]),
    )  # fmt: skip
    reader.catch_up()
    assert not [key for key in reader.living() if key[0] in ("enrolment", "cohort")]
    assert institute.ama.send(institute.mark(institute.ama, 0, "present"))[0].verdict == "held"


def test_a_gained_cohort_arrives_whole_though_its_rows_are_older_than_the_cursor(institute: Institute) -> None:
    made = institute.device("yaa", "instructor", "Yaa Sarpong")
    reader = Reader(institute, made).catch_up()
    assert ("cohort", institute.cohort_id) not in reader.living()
    with institute.parts.database.read() as db:
        found = db.one("SELECT revision, instructors FROM cohort WHERE id = :id", id=institute.cohort_id)
    assert found is not None
    now = json.loads(found[1])
    institute.system.edit("EditCohort", institute.cohort_id, found[0], instructors=(now, [*now, made.actor.person_id]))
    reader.catch_up()
    assert {key[1] for key in reader.living() if key[0] == "person"} >= set(institute.students)
    assert ("class_session", institute.session_id) in reader.living()


def test_a_scope_that_isnt_yours_gives_nothing_though_you_name_it(institute: Institute) -> None:
    stranger = Reader(institute, institute.device("esi", "instructor", "Esi Annan")).catch_up()
    stranger.tasks = [SnapshotTask(scopes=(f"cohort:{institute.cohort_id}", "all"), after=0, until=1_000)]
    assert stranger.once().snapshot_changes == ()


def test_a_cursor_of_another_past_starts_a_new_epoch(institute: Institute) -> None:
    reader = Reader(institute, institute.registrar).catch_up()
    assert reader.cursor is not None
    good = reader.cursor
    for bad in (
        good.model_copy(update={"server_epoch": derived_id("another")}),
        good.model_copy(update={"seq": good.seq + 5}),
        good.model_copy(update={"chain": "00" * 32}),
    ):
        reader.cursor = bad
        assert reader.once().new_epoch
    reader.cursor = good
    assert not reader.once().new_epoch


def test_a_device_stops_before_a_kind_that_it_doesnt_know(institute: Institute) -> None:
    reader = Reader(institute, institute.registrar, 500).catch_up()
    institute.registrar.edit("EditPerson", institute.students[0], None, email=(None, "a@example.org"))
    institute.ama.send(institute.mark(institute.ama, 0, "present"))
    institute.registrar.edit("EditPerson", institute.students[1], None, email=(None, "b@example.org"))
    known = ("person", "course", "cohort", "enrolment", "class_session", "organisation", "academic_term", "conflict")
    told = reader.once(known_kinds=known)
    assert [change.kind for change in told.changes] == ["person"]
    assert (told.unknown_kind, told.more) == ("observation", False)
    again = reader.once(known_kinds=known)
    assert (again.changes, again.new_epoch, again.unknown_kind) == ((), False, "observation")
    rest = reader.once(known_kinds=(*known, "observation"))
    assert [change.kind for change in rest.changes] == ["observation", "person"]


def test_a_gained_scope_stops_before_a_kind_that_the_device_doesnt_know(institute: Institute) -> None:
    """Without the stop an old program would take the snapshot for whole and never fetch what it left out."""
    institute.ama.send(institute.mark(institute.ama, 0, "present"))
    reader = Reader(institute, institute.registrar, 4)
    known = tuple(KINDS - {"observation"})
    told = reader.once(known_kinds=known)
    for _ in range(100):
        told = reader.once(known_kinds=known)
        if told.unknown_kind:
            break
    assert (told.unknown_kind, told.snapshot_done) == ("observation", False)
    again = reader.once(known_kinds=known)
    assert (again.snapshot_changes, again.snapshot, again.unknown_kind) == ((), told.snapshot, "observation")
    assert "observation" not in {key[0] for key in reader.rows}
    # After its update the program goes on from there, and ends with every row.
    for _ in range(100):
        told = reader.once(known_kinds=(*known, "observation"))
        if told.snapshot_done:
            break
    reader.catch_up()
    assert {key: row.revision for key, row in reader.living().items()} == _server_rows(institute)


def test_a_number_used_twice_renews_the_install_and_loses_nothing(institute: Institute) -> None:
    ama = institute.ama
    first, second = institute.mark(ama, 0, "present"), institute.mark(ama, 1, "present")
    clone = second.model_copy(update={"device_seq": first.device_seq})
    actor = institute.refreshed(ama.actor)
    assert not institute.parts.door.accept(actor, ama.origin, [first]).renew_install
    told = institute.parts.door.accept(actor, ama.origin, [clone])
    assert told.renew_install
    assert [outcome.verdict for outcome in told.outcomes] == ["applied"]
    assert not institute.parts.door.accept(actor, ama.origin, [clone]).renew_install


def test_digests_agree_at_the_head_and_name_the_scope_that_differs(institute: Institute) -> None:
    reader = Reader(institute, institute.ama, 500).catch_up()
    assert reader.cursor is not None
    actor, exchange = institute.refreshed(institute.ama.actor), institute.parts.exchange
    scope = f"cohort:{institute.cohort_id}"
    pairs = [(key[1], row.revision) for key, row in reader.living().items() if scope in (row.scope, row.also)]
    good, short = digest_rows(scope, pairs), digest_rows(scope, pairs[:-1])
    told = exchange.check(actor, CheckRequest(cursor=reader.cursor, digests=(good,)))
    assert (told.comparable, told.mismatched) == (True, ())
    told = exchange.check(actor, CheckRequest(cursor=reader.cursor, digests=(short,)))
    assert told.mismatched == (scope,)
    institute.ama.send(institute.mark(institute.ama, 0, "present"))
    assert not exchange.check(actor, CheckRequest(cursor=reader.cursor, digests=(good,))).comparable


@pytest.mark.parametrize(("protocol", "code"), [(0, "client_too_old"), (2, "server_too_old")])
def test_another_protocol_is_refused_with_what_to_do(institute: Institute, protocol: int, code: str) -> None:
    request = SyncRequest(protocol=protocol, device_id=institute.ama.origin.device_id, install_epoch=1)
    exchange: Exchange = institute.parts.exchange
    with pytest.raises(CampusError) as refused:
        exchange.run(institute.ama.actor, institute.ama.origin, request)
    assert refused.value.code == code
