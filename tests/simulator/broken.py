"""Variants of the product with one cure taken out each, as others have shipped them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
import pytest

from desktop.core import base_rows, outbox, settle, snapshots
from desktop.core.local_store import LocalStore
from desktop.core.meta import CURSOR, SCOPES
from desktop.core.meta import write as write_meta
from server.core import command_log, feeds
from server.core.batch import applied
from server.core.command_log import Accepted, Door
from server.core.exchange import Exchange
from server.people import service as people_service
from shared.attendance import rules
from shared.core.command import Command


def cursor_off_by_one(patch: pytest.MonkeyPatch) -> None:
    """A page's cursor names the place behind its last row."""
    right = feeds.page_after

    def wrong(db: Any, organisation_id: str, scopes: Any, after: int, rows: int) -> feeds.Page:
        page = right(db, organisation_id, scopes, after, rows)
        if not page.count or page.reached >= page.head_seq:
            return page
        # With the right chain for the wrong place, or the next exchange would find out.
        behind = page.reached + 1
        return replace(page, reached=behind, chain=right(db, organisation_id, scopes, behind, 0).cursor_chain)

    patch.setattr(feeds, "page_after", wrong)


def order_of_deletes(patch: pytest.MonkeyPatch) -> None:
    """Whatever comes last is written."""
    right = base_rows._present

    def wrong(*given: Any) -> Any:
        return {key: (row, -1, *rest) for key, (row, _, *rest) in right(*given).items()}

    patch.setattr(base_rows, "_present", wrong)


def checkpoint_first(patch: pytest.MonkeyPatch) -> None:
    """The cursor is written and committed, then the rows."""
    right = LocalStore.settle

    def wrong(self: LocalStore, request: Any, response: Any) -> Any:
        self.remember(CURSOR, response.cursor.model_dump())
        moved = request.model_copy(update={"cursor": response.cursor})
        return right(self, moved, response)

    patch.setattr(LocalStore, "settle", wrong)


def never_resend(patch: pytest.MonkeyPatch) -> None:
    """What was acknowledged once is never offered again."""
    patch.setattr(outbox, "offer_again", lambda _db: 0)


def duplicates_by_number(patch: pytest.MonkeyPatch) -> None:
    """A number that the server has seen from a device is a repeat, whatever it carries."""
    right = Door.accept

    def wrong(self: Door, actor: Any, origin: Any, commands: Sequence[Command], note: Any = None) -> Accepted:
        with self._database.read() as db:
            seen = {(row[0], row[1]) for row in db.rows("SELECT device_id, device_seq FROM command_log")}
        fresh = [one for one in commands if (one.device_id, one.device_seq) not in seen]
        told = right(self, actor, origin, fresh, note) if fresh else Accepted()
        kept = {one.id for one in fresh}
        told.packed += [
            orjson.dumps([{"command_id": one.id, "target_id": one.target_id, "verdict": "applied"}])
            for one in commands
            if one.id not in kept
        ]
        return told

    patch.setattr(Door, "accept", wrong)


def ids_by_the_server(patch: pytest.MonkeyPatch) -> None:
    """The server gives what arrives an id of its own."""
    right = Door.accept

    def wrong(self: Door, actor: Any, origin: Any, commands: Sequence[Command], note: Any = None) -> Accepted:
        renamed = {self._new_id(): one for one in commands}
        told = right(self, actor, origin, [one.model_copy(update={"id": new}) for new, one in renamed.items()], note)
        packed = [orjson.loads(one) for one in told.packed]
        back = [[one | {"command_id": renamed[one["command_id"]].id} for one in outcomes] for outcomes in packed]
        return Accepted([orjson.dumps(one) for one in back], told.renew_install)

    patch.setattr(Door, "accept", wrong)


def scopes_without_snapshots(patch: pytest.MonkeyPatch) -> None:
    """Who gains a scope gets what changes from then on."""

    def wrong(db: Any, response: Any, _cursor: Any) -> None:
        if response.scopes is not None:
            write_meta(db, SCOPES, list(response.scopes))

    patch.setattr(snapshots, "follow_scopes", wrong)


def refused_without_a_copy(patch: pytest.MonkeyPatch) -> None:
    """What is refused is forgotten."""
    right = Door.accept

    def wrong(self: Door, actor: Any, origin: Any, commands: Sequence[Command], note: Any = None) -> Accepted:
        told = right(self, actor, origin, commands, note)
        forget = "UPDATE command_log SET detail = '{\"payload\": {}}' WHERE verdict = 'rejected'"
        self._database.write(lambda db: db.run(forget))
        return told

    patch.setattr(Door, "accept", wrong)


def every_row_counts(patch: pytest.MonkeyPatch) -> None:
    """Superseded observations stand beside those that superseded them."""
    patch.setattr(rules, "unsuperseded", lambda rows: sorted(rows, key=lambda one: one.get("ordinal") or 1 << 60))


def new_ids_for_every_try(patch: pytest.MonkeyPatch) -> None:
    """Each try to send makes its commands anew."""
    right = LocalStore.next_request

    def wrong(self: LocalStore, page_rows: int = 500) -> Any:
        request = right(self, page_rows)
        renamed = tuple(one.model_copy(update={"id": self._ids()}) for one in request.commands)
        return request.model_copy(update={"commands": renamed})

    patch.setattr(LocalStore, "next_request", wrong)


def edits_change_what_was_sent(patch: pytest.MonkeyPatch) -> None:
    """A second edit is put into the first one, which may be on its way."""
    right = LocalStore.commit

    def wrong(self: LocalStore, asks: Any) -> Any:
        for ask in asks:
            with self._files.write() as db:
                row = db.execute(
                    "SELECT command FROM outbox WHERE target_id = ? AND state <> 'answered'", (ask.target_id,)
                ).fetchone()
                if row is not None:
                    merged = Command.model_validate_json(row[0]).model_copy(update={"payload": dict(ask.payload)})
                    packed = merged.model_dump_json()
                    db.execute("UPDATE outbox SET command = ? WHERE id = ?", (packed, merged.id))
                    return (merged,)
        return right(self, asks)

    patch.setattr(LocalStore, "commit", wrong)


def order_of_arrival(patch: pytest.MonkeyPatch) -> None:
    """Commands are carried out as they lie in the message."""
    patch.setattr(command_log, "upcast_by_id", list)


def collisions_swallowed(patch: pytest.MonkeyPatch) -> None:
    """A row that meets a unique constraint is left out, and said to be there."""
    patch.setattr(people_service, "_collision", lambda _batch, item, *_rest: applied(item.command.id))


def repeats_leave_traces(patch: pytest.MonkeyPatch) -> None:
    """Every try is written down, also one that brings nothing."""
    right = Door._repeats

    def wrong(self: Door, batch: Any, commands: Any, hashes: Any) -> Any:
        if commands:
            feeds.write(batch, [])
        return right(self, batch, commands, hashes)

    patch.setattr(Door, "_repeats", wrong)


def the_server_wins(patch: pytest.MonkeyPatch) -> None:
    """Rows from the server replace what was entered here."""
    right = base_rows.apply

    def wrong(db: Any, kinds: Any, changes: Any) -> Any:
        rows = list(changes)
        for change in rows:
            db.execute("DELETE FROM draft WHERE id = ?", (change.id,))
            db.execute("DELETE FROM outbox WHERE target_id = ? AND state <> 'answered'", (change.id,))
        return right(db, kinds, rows)

    patch.setattr(base_rows, "apply", wrong)


def the_latest_clock_wins(patch: pytest.MonkeyPatch) -> None:
    """Of several marks the one with the latest time stands."""
    patch.setattr(rules, "unsuperseded", lambda rows: sorted(rows, key=lambda one: one["observed_at"])[-1:])


def sent_once(patch: pytest.MonkeyPatch) -> None:
    """What is marked as sent isn't sent again."""
    right = outbox.unanswered

    def wrong(db: Any, limit: int, most: int) -> Any:
        waiting = {row[0] for row in db.execute("SELECT id FROM outbox WHERE state = 'waiting'")}
        return [one for one in right(db, limit, most) if one.id in waiting]

    patch.setattr(outbox, "unanswered", wrong)


def unknown_kinds_skipped(patch: pytest.MonkeyPatch) -> None:
    """Rows of a kind that the program doesn't know are passed over."""
    right = settle._take_page

    def wrong(db: Any, overlay: Any, request: Any, response: Any) -> Any:
        known = tuple(one for one in response.changes if one.kind in overlay.area.kinds)
        return right(db, overlay, request, response.model_copy(update={"changes": known, "unknown_kind": None}))

    patch.setattr(settle, "_take_page", wrong)
    patch.setattr(Exchange, "_cut", lambda _self, _db, _actor, page, _request: (page, None))
