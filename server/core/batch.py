"""A batch in one transaction: its items, what services decide about them, and the rows that they changed."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.core.database import Db
from server.core.keys import Keys
from server.core.sql import SetSql
from shared.core.actor import Actor
from shared.core.command import Command, Target
from shared.core.ids import IdMaker
from shared.core.outcome import Outcome, Verdict
from shared.core.strict import StrictModel

_LOG_OF = SetSql(
    "SELECT c.id, c.outcomes, c.target_id FROM {ids} i {by} command_log c ON c.id = i.id"
    " WHERE c.organisation_id = :organisation_id"
)
_DEEPEST_BASE = 50


@dataclass(frozen=True)
class Origin:
    """Where a batch came from: the device, and what the audit keeps of the request."""

    device_id: str
    device_name: str = ""
    install_epoch: int = 1
    address: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True)
class Item:
    """One command on one of its targets. `accepted`: someone with `sync.settle` let a held command pass.

    `sent_to` is the id that the device named where the row went by another since; outcomes are told under it.
    """

    command: Command
    target: Target
    payload: Any
    author: Actor
    device_name: str = ""
    accepted: bool = False
    sent_to: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Command id and target id, as they were sent."""
        return self.command.id, self.sent_to or self.target.id


@dataclass
class Decision:
    """What a service decided about one item; `scope` and `also` say who sees a held one, `kind` of what it is."""

    verdict: Verdict
    revision: str | None = None
    conflict_id: str | None = None
    code: str | None = None
    message: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    scope: str | None = None
    also: str | None = None
    kind: str = ""
    title: str = ""


def applied(revision: str, **details: Any) -> Decision:
    """The row took the command's values."""
    return Decision(Verdict.APPLIED, revision, details=details)


def agreed(revision: str | None, **details: Any) -> Decision:
    """The row had the command's values already, at `revision`."""
    return Decision(Verdict.AGREED, revision, details=details)


def rejected(item: Item, code: str, message: str, **details: Any) -> Decision:
    """The command is invalid; its payload is kept on both sides."""
    return Decision(Verdict.REJECTED, item.target.base, code=code, message=message, details=details)


def held(code: str, message: str, kind: str, scope: str | None = None, title: str = "") -> Decision:
    """The command waits for someone with `sync.settle`; `scope` shows it to others than those who see all."""
    return Decision(Verdict.HELD, code=code, message=message, kind=kind, scope=scope, title=title)


@dataclass(frozen=True)
class ChangedRow:
    """A row's new state for the feed; `body` None is a tombstone."""

    kind: str
    id: str
    revision: str
    scope: str
    also: str | None
    parent: str | None
    body: Mapping[str, Any] | None


@dataclass(frozen=True)
class Standing:
    """How an item's base relates to the row: `stale`, or joined to the side of an open conflict or a held command."""

    stale: bool
    joined: str | None = None


class Batch:
    """Everything a service needs while one transaction runs."""

    def __init__(
        self,
        db: Db,
        actor: Actor,
        origin: Origin,
        now: str,
        new_id: IdMaker | Callable[[], str],
        keys: Keys | None = None,
    ) -> None:
        self.db = db
        self.keys = keys
        """The server's own, for what it signs in the transaction; None where rows are made without a server."""
        self.actor = actor
        self.origin = origin
        self.now = now
        self.new_id = new_id
        self.organisation_id = actor.organisation_id
        self.changes: dict[tuple[str, str], ChangedRow] = {}
        self.decisions: dict[tuple[str, str], Decision] = {}
        self.created: set[str] = set()
        self.access_changed = False
        self.unfollowed: set[tuple[str, str]] = set()
        """Rows that nobody shall act on: what was emptied is no news to anyone."""
        self.memory: dict[Any, Any] = {}
        """What one run read and a later one of the same batch may use again; services name their own keys."""

    def changed(
        self,
        kind: str,
        body: Mapping[str, Any],
        scope: str,
        also: str | None = None,
        parent: str | None = None,
    ) -> None:
        """Put a row's new state into the feed; `body` has its `id` and `revision`."""
        row = ChangedRow(kind, body["id"], body["revision"], scope, also, parent, body)
        self.changes[kind, row.id] = row

    def removed(self, kind: str, entity_id: str, revision: str, scope: str, also: str | None = None) -> None:
        """Put a tombstone into the feed."""
        self.changes[kind, entity_id] = ChangedRow(kind, entity_id, revision, scope, also, None, None)

    def outcomes_of(self, command_ids: Iterable[str]) -> dict[str, list[Outcome]]:
        """Return the outcomes of earlier commands, this batch's own included; unknown ids are absent."""
        wanted = set(command_ids)
        known: dict[str, list[Outcome]] = {}
        for (command_id, target_id), decision in self.decisions.items():
            if command_id in wanted:
                known.setdefault(command_id, []).append(as_outcome(command_id, target_id, decision))
        missing = sorted(wanted - known.keys())
        if missing:
            found = self.db.rows(_LOG_OF, organisation_id=self.organisation_id, ids=orjson.dumps(missing).decode())
            for command_id, outcomes, _ in found:
                if outcomes:
                    known[command_id] = [Outcome.model_validate(one) for one in json.loads(outcomes)]
        return known

    def standings(self, items: Sequence[Item], revisions: Mapping[str, str]) -> list[Standing]:
        """Return for each item how its base stands against the present `revisions` of its target.

        A base that names a command that wasn't applied is followed through the log: agreed counts as the revision
        agreed with, conflict and held join that side, rejected counts as that command's own base.
        """
        present = {item.key: revisions.get(item.target.id) for item in items}
        pending = {item.key: item.target.base for item in items if item.target.base != present[item.key]}
        standings = {item.key: Standing(stale=False) for item in items}
        for _ in range(_DEEPEST_BASE):
            if not pending:
                break
            logged = self.outcomes_of(base for base in pending.values() if base)
            pending = self._follow(pending, logged, present, standings)
        for key in pending:
            standings[key] = Standing(stale=True)
        return [standings[item.key] for item in items]

    def _follow(
        self,
        pending: Mapping[tuple[str, str], str | None],
        logged: Mapping[str, list[Outcome]],
        present: Mapping[tuple[str, str], str | None],
        standings: dict[tuple[str, str], Standing],
    ) -> dict[tuple[str, str], str | None]:
        further: dict[tuple[str, str], str | None] = {}
        for key, base in pending.items():
            target_id = key[1]
            told = next((one for one in logged.get(base or "", ()) if one.target_id == target_id), None)
            if told is None or told.verdict is Verdict.APPLIED:
                standings[key] = Standing(stale=base != present[key])
            elif told.verdict in (Verdict.CONFLICT, Verdict.HELD):
                standings[key] = Standing(stale=True, joined=told.conflict_id)
            elif told.revision == present[key]:
                standings[key] = Standing(stale=False)
            else:
                further[key] = told.revision
        return further


def as_outcome(command_id: str, target_id: str, decision: Decision, seq: int = 0) -> Outcome:
    """Return a decision as the device will see it."""
    return Outcome(
        command_id=command_id,
        target_id=target_id,
        verdict=decision.verdict,
        seq=seq,
        revision=decision.revision,
        conflict_id=decision.conflict_id,
        code=decision.code,
        message=decision.message,
        details=decision.details,
    )


def outcome_json(command_id: str, target_id: str, decision: Decision, seq: int) -> dict[str, Any]:
    """Return what `as_outcome` gives as JSON has it: hot paths need no model for what was just decided."""
    return {
        "command_id": command_id,
        "target_id": target_id,
        "verdict": decision.verdict,
        "seq": seq,
        "revision": decision.revision,
        "conflict_id": decision.conflict_id,
        "code": decision.code,
        "message": decision.message,
        "details": decision.details,
    }


def upcast_by_id(commands: Sequence[Command]) -> list[Command]:
    """Return the first of each id in `device_seq` order: the same command twice in one batch is one command."""
    first: dict[str, Command] = {}
    for command in sorted(commands, key=lambda one: (one.install_epoch, one.device_seq)):
        first.setdefault(command.id, command)
    return list(first.values())


def runs_of(items: Sequence[Item]) -> list[list[Item]]:
    """Cut items into runs of one type with distinct targets, keeping their order."""
    runs: list[list[Item]] = []
    targets: set[str] = set()
    for item in items:
        if not runs or runs[-1][0].command.type != item.command.type or item.target.id in targets:
            runs.append([])
            targets = set()
        runs[-1].append(item)
        targets.add(item.target.id)
    return runs


Service = Callable[[Batch, Sequence[Item]], Sequence[Decision]]
"""Decides a run: items of one command type on distinct targets, in the order in which they were made."""
Forward = Callable[[Batch, Sequence[Item]], Sequence[Item]]
"""Gives items that name rows as they go by now; it is asked once for each batch."""
Follower = Callable[[Batch, Sequence[ChangedRow]], None]
"""Told of the rows of one kind that a batch changed, in its transaction, before the feed is written."""


def follow_with(followers: Sequence[tuple[str, Follower]]) -> Callable[[Batch], None]:
    """Return what tells each follower, the lower areas' first, of the rows of its kind that a batch changed."""

    def follow(batch: Batch) -> None:
        for kind, follower in followers if batch.changes else ():
            rows = [row for key, row in batch.changes.items() if row.kind == kind and key not in batch.unfollowed]
            if rows:
                follower(batch, rows)

    return follow


@dataclass(frozen=True)
class CommandType:
    """A command type as the server knows it. `upcast[n]` makes a payload of version n into one of n + 1."""

    name: str
    payload: type[StrictModel]
    service: Service
    version: int = 1
    upcast: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = field(default_factory=dict)
