"""The one door for writes: claims commands, runs them through their services, stores outcomes, feed and audit."""

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import orjson
from pydantic import ValidationError

from server.core import feeds
from server.core.audit import AuditLine, detail_digest
from server.core.batch import Batch, CommandType, Decision, Item, Origin, as_outcome, rejected
from server.core.conflicts import Subject, open_conflict, side_of
from server.core.database import Database, Db, RepeatTransactionError, is_database_gone, is_repeatable
from server.core.sql import KeyedUpdate, SetSql
from shared.core.actor import Actor
from shared.core.clock import Clock, instant_text
from shared.core.command import Command, content_hash
from shared.core.errors import CampusError
from shared.core.ids import IdMaker
from shared.core.outcome import Outcome, Verdict
from shared.core.sync import ALL_SCOPE
from shared.core.text import text

_CLAIM = SetSql(
    """
INSERT INTO command_log (organisation_id, id, hash, target_id, type, actor_id, device_id, install_epoch, device_seq,
received_at, salt, digest, detail)
SELECT :organisation_id, r.id, r.hash, r.target_id, r.type, :actor_id, :device_id, r.install_epoch, r.device_seq,
:received_at, r.salt, r.digest, r.detail FROM {rows} r WHERE true ON CONFLICT DO NOTHING RETURNING id
""",
    id="text",
    hash="text",
    target_id="text",
    type="text",
    install_epoch="integer",
    device_seq="bigint",
    salt="text",
    digest="text",
    detail="text",
)
_REPEATS = SetSql(
    "SELECT c.id, c.hash, c.outcomes FROM {ids} i {by} command_log c ON c.id = i.id"
    " WHERE c.organisation_id = :organisation_id"
)
_STORE = KeyedUpdate(
    "command_log",
    "verdict = r.verdict, outcomes = r.outcomes, audit_seq = :audit_seq",
    id="text",
    verdict="text",
    outcomes="text",
)
_QUARANTINE = """
INSERT INTO quarantine (organisation_id, id, command_id, reason, person_id, device_id, content, received_at)
VALUES (:organisation_id, :id, :command_id, :reason, :person_id, :device_id, :content, :received_at)
"""
_log = logging.getLogger(__name__)
OLDEST_VERSIONS = 3
_WORST_FIRST = (Verdict.HELD, Verdict.CONFLICT, Verdict.REJECTED, Verdict.AGREED, Verdict.APPLIED)


@dataclass
class Accepted:
    """The answers to a batch: outcomes in the order sent, and whether the install must renew its epoch."""

    outcomes: list[Outcome] = field(default_factory=list)
    renew_install: bool = False


class Door:
    """Accepts commands. `salt()` makes the salts of audit digests; the simulator passes a seeded one."""

    def __init__(
        self,
        database: Database,
        types: Iterable[CommandType],
        clock: Clock,
        new_id: IdMaker,
        salt: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        self._database = database
        self.types: Mapping[str, CommandType] = {known.name: known for known in types}
        self._clock = clock
        self._new_id = new_id
        self._salt = salt

    def accept(self, actor: Actor, origin: Origin, commands: Sequence[Command], note: str | None = None) -> Accepted:
        """Accept a batch in one transaction; one command that can't be applied never blocks the others.

        Raises CampusError `client_too_old` or `server_too_old` (nothing is accepted then).
        """
        upcast = [self._upcast(command) for command in commands]
        try:
            return self._database.write(lambda db: self._accept_in(db, actor, origin, commands, upcast, note))
        except CampusError:
            raise
        except Exception as failure:
            if is_repeatable(failure) or is_database_gone(failure):
                raise
            _log.exception("A batch of %d commands broke and is taken apart", len(commands))
            return self._one_by_one(actor, origin, commands, upcast, note, failure)

    def accept_in(
        self, db: Db, actor: Actor, origin: Origin, commands: Sequence[Command], note: str | None = None
    ) -> Accepted:
        """Accept a batch within the caller's transaction (imports, the sample institute)."""
        upcast = [self._upcast(command) for command in commands]
        return self._accept_in(db, actor, origin, commands, upcast, note)

    def hold(self, actor: Actor, origin: Origin, commands: Sequence[Command], holding: Decision) -> list[Outcome]:
        """Claim commands and put each before the office as held; those known already keep their outcomes."""
        outcomes: list[Outcome] = []
        for command in commands:
            work = partial(
                self._accept_in,
                actor=actor,
                origin=origin,
                commands=[command],
                upcast=[self._upcast(command)],
                note=None,
                holding=replace(holding, kind=command.type),
            )
            outcomes += self._database.write(work).outcomes
        return outcomes

    def observed_at(self, organisation_id: str, command_id: str) -> str | None:
        """Return when the command of this id was made, if it is known and its detail is still kept."""
        with self._database.read() as db:
            row = db.one(
                "SELECT detail FROM command_log WHERE organisation_id = :o AND id = :id",
                o=organisation_id,
                id=command_id,
            )
        return str(orjson.loads(row[0])["observed_at"]) if row and row[0] else None

    def batch(self, db: Db, actor: Actor, origin: Origin) -> Batch:
        """Return a fresh batch in the caller's transaction."""
        return Batch(db, actor, origin, instant_text(self._clock.now()), self._new_id)

    def _upcast(self, command: Command) -> Command:
        known = self.types.get(command.type)
        if known is None or command.type_version > known.version:
            raise CampusError(
                "server_too_old",
                text("The server is older than this program. Ask the office to update it. Your work is kept here."),
                {"type": command.type, "version": command.type_version},
            )
        payload, version = command.payload, command.type_version
        if known.version - version >= OLDEST_VERSIONS:
            raise CampusError(
                "client_too_old",
                text("This program is too old for the server. Update it. Your work is kept on this computer."),
                {"type": command.type, "version": version, "oldest": known.version - OLDEST_VERSIONS + 1},
            )
        while version < known.version:
            payload, version = known.upcast[version](dict(payload)), version + 1
        return command if payload is command.payload else command.model_copy(update={"payload": payload})

    def _one_by_one(
        self,
        actor: Actor,
        origin: Origin,
        commands: Sequence[Command],
        upcast: Sequence[Command],
        note: str | None,
        failure: Exception,
    ) -> Accepted:
        """Take a batch apart whose data broke it: each command gets a transaction of its own."""
        if len(commands) == 1:
            holding = _holding(commands[0], failure)
            return self._database.write(
                lambda db: self._accept_in(db, actor, origin, commands, upcast, note, holding=holding)
            )
        whole = Accepted()
        for command in commands:
            part = self.accept(actor, origin, [command], note)
            whole.outcomes += part.outcomes
            whole.renew_install = whole.renew_install or part.renew_install
        return whole

    def _accept_in(
        self,
        db: Db,
        actor: Actor,
        origin: Origin,
        commands: Sequence[Command],
        upcast: Sequence[Command],
        note: str | None,
        holding: Decision | None = None,
    ) -> Accepted:
        batch = self.batch(db, actor, origin)
        hashes = {command.id: content_hash(command) for command in commands}
        claims = self._claim(batch, commands, hashes)
        repeats = self._repeats(batch, [one for one in commands if one.id not in claims], hashes)
        fresh = [command for command in upcast_by_id(upcast) if command.id in claims]
        if not fresh:
            return Accepted([outcome for command in commands for outcome in repeats.get(command.id, ())])
        if holding is None:
            for run in runs_of(self._items(batch, fresh)):
                self.decide(batch, run)
        else:
            for item in self._items(batch, fresh):
                batch.decisions[item.key] = self._kept(batch, item, holding)
        lines = [AuditLine(one.id, hashes[one.id], str(verdict_of(batch, one)), claims[one.id]) for one in fresh]
        advance = feeds.write(batch, lines, note)
        answers = {one.id: _outcomes(batch, one, advance.seq) for one in fresh}
        self._store(batch, answers, advance.audit_seq)
        reused = any(one.device_seq <= advance.last_device_seq for one in fresh) and origin.device_id != ""
        told = {**repeats, **answers}
        return Accepted([outcome for command in commands for outcome in told.get(command.id, ())], reused)

    def _claim(self, batch: Batch, commands: Sequence[Command], hashes: Mapping[str, str]) -> dict[str, str]:
        """Insert the ids that are new; returns them with the digests of their details."""
        rows = []
        for command in sorted(commands, key=lambda one: one.id):
            salt = self._salt()
            detail = orjson.dumps(
                {
                    "targets": [[target.id, target.base] for target in command.targets],
                    "payload": command.payload,
                    "observed_at": command.observed_at,
                    "clock_offset": command.clock_offset,
                    "type_version": command.type_version,
                }
            ).decode()
            rows.append(
                {
                    "id": command.id,
                    "hash": hashes[command.id],
                    "target_id": command.target_id,
                    "type": command.type,
                    "install_epoch": command.install_epoch,
                    "device_seq": command.device_seq,
                    "salt": salt,
                    "digest": detail_digest(salt, detail),
                    "detail": detail,
                }
            )
        claimed = batch.db.rows(
            _CLAIM,
            organisation_id=batch.organisation_id,
            actor_id=batch.actor.person_id,
            device_id=batch.origin.device_id or None,
            received_at=batch.now,
            rows=orjson.dumps(rows).decode(),
        )
        digests = {row["id"]: str(row["digest"]) for row in rows}
        return {row[0]: digests[row[0]] for row in claimed}

    def _repeats(
        self, batch: Batch, commands: Sequence[Command], hashes: Mapping[str, str]
    ) -> dict[str, list[Outcome]]:
        """Return the first outcomes of repeats; the same id with another content goes to quarantine."""
        if not commands:
            return {}
        ids = orjson.dumps(sorted({command.id for command in commands})).decode()
        stored = {row[0]: row for row in batch.db.rows(_REPEATS, organisation_id=batch.organisation_id, ids=ids)}
        answers: dict[str, list[Outcome]] = {}
        for command in commands:
            row = stored.get(command.id)
            if row is None:
                raise RepeatTransactionError
            if row[1] == hashes[command.id]:
                answers[command.id] = [Outcome.model_validate(one) for one in orjson.loads(row[2] or "[]")]
                continue
            quarantine(batch, command, "id_reused")
            message = text("Another change carries the same id. Both are kept; the office can look at them.")
            answers[command.id] = [
                Outcome(
                    command_id=command.id,
                    target_id=target.id,
                    verdict=Verdict.REJECTED,
                    code="command_id_reused",
                    message=message,
                )
                for target in command.targets
            ]
        return answers

    def _items(self, batch: Batch, commands: Sequence[Command]) -> list[Item]:
        items: list[Item] = []
        for command in commands:
            try:
                payload = self.types[command.type].payload.model_validate(command.payload)
            except ValidationError as failure:
                self._refuse(batch, command, failure)
                continue
            items += [
                Item(command, target, payload, batch.actor, batch.origin.device_name) for target in command.targets
            ]
        return items

    def _refuse(self, batch: Batch, command: Command, failure: ValidationError) -> None:
        faults = [{"field": ".".join(map(str, one["loc"])), "reason": one["msg"]} for one in failure.errors()]
        names = ", ".join(sorted({fault["field"] for fault in faults}))
        message = text("These fields can't be saved as they are: {fields}. Change them and save again.", fields=names)
        for target in command.targets:
            item = Item(command, target, None, batch.actor)
            batch.decisions[item.key] = rejected(item, "invalid_payload", message, fields=faults)

    def decide(self, batch: Batch, run: Sequence[Item]) -> None:
        """Run one service call and remember its decisions; what is held becomes an open conflict for the office."""
        decisions = self.types[run[0].command.type].service(batch, run)
        for item, decision in zip(run, decisions, strict=True):
            batch.decisions[item.key] = (
                self._kept(batch, item, decision) if decision.verdict is Verdict.HELD else decision
            )

    def _kept(self, batch: Batch, item: Item, decision: Decision) -> Decision:
        subject = Subject(
            kind=decision.kind or item.command.type,
            entity_id=item.target.id,
            group=f"held:{item.command.id}"[:60],
            title=decision.title or item.author.name,
            scope=decision.scope or ALL_SCOPE,
            also=f"author:{item.author.person_id}",
        )
        side = side_of(batch, item, {"type": item.command.type, **item.command.payload})
        decision.conflict_id = open_conflict(batch, subject, None, side, ("held",), decision.code)
        return decision

    def _store(self, batch: Batch, answers: Mapping[str, Sequence[Outcome]], audit_seq: int) -> None:
        rows = [
            {
                "id": command_id,
                "verdict": str(_worst(outcomes)),
                "outcomes": orjson.dumps([one.model_dump(mode="json") for one in outcomes]).decode(),
            }
            for command_id, outcomes in sorted(answers.items())
        ]
        batch.db.run(
            _STORE, organisation_id=batch.organisation_id, audit_seq=audit_seq, rows=orjson.dumps(rows).decode()
        )


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


def quarantine(batch: Batch, command: Command, reason: str) -> None:
    """Keep a command that can't go through the door, for a person to look at."""
    batch.db.run(
        _QUARANTINE,
        organisation_id=batch.organisation_id,
        id=batch.new_id(),
        command_id=command.id,
        reason=reason,
        person_id=batch.actor.person_id,
        device_id=batch.origin.device_id or None,
        content=command.model_dump_json(),
        received_at=batch.now,
    )


def verdict_of(batch: Batch, command: Command) -> Verdict:
    """Return the most telling verdict among a command's targets."""
    return _worst(_outcomes(batch, command, 0))


def _worst(outcomes: Sequence[Outcome]) -> Verdict:
    verdicts = {outcome.verdict for outcome in outcomes}
    return next(verdict for verdict in _WORST_FIRST if verdict in verdicts)


def _outcomes(batch: Batch, command: Command, seq: int) -> list[Outcome]:
    return [
        as_outcome(command.id, target.id, batch.decisions[command.id, target.id], seq) for target in command.targets
    ]


def _holding(command: Command, failure: Exception) -> Decision:
    """A fault of ours must not cost the person the work: it is kept for the office."""
    message = text("The server could not carry this out. It is kept for the office, and a report was written.")
    return Decision(
        Verdict.HELD, code="server_fault", message=message, kind=command.type, details={"fault": type(failure).__name__}
    )
