"""The one door for writes: claims commands, runs them through their services, stores outcomes, feed and audit."""

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import orjson
from pydantic import TypeAdapter, ValidationError

from server.core import feeds
from server.core.audit import AuditLine, detail_digest
from server.core.batch import Batch, CommandType, Decision, Item, Origin, outcome_json, rejected, runs_of, upcast_by_id
from server.core.conflicts import Subject, open_conflict, side_of
from server.core.database import Database, Db, RepeatTransactionError, is_database_gone, is_repeatable
from server.core.keys import Keys
from server.core.sql import SetSql
from shared.core.actor import Actor
from shared.core.clock import Clock, instant_text
from shared.core.command import Command, content_hash
from shared.core.errors import CampusError
from shared.core.ids import IdMaker
from shared.core.outcome import Outcome, Verdict, most_telling
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
# An upsert of rows that are all there: unlike an update it goes by the key whatever the planner believes.
_STORE = SetSql(
    """
INSERT INTO command_log (organisation_id, id, hash, target_id, type, install_epoch, device_seq, received_at, digest,
verdict, outcomes, audit_seq)
SELECT :organisation_id, r.id, '', r.id, '', 0, 0, '', '', r.verdict, r.outcomes, :audit_seq FROM {rows} r WHERE true
ON CONFLICT (organisation_id, id) DO UPDATE SET verdict = excluded.verdict, outcomes = excluded.outcomes,
audit_seq = excluded.audit_seq
""",
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
_OUTCOMES = TypeAdapter(list[Outcome])


@dataclass
class Accepted:
    """The answers to a batch, and whether the install must renew its epoch.

    `packed` has a JSON list of outcomes for each command in the order sent, as the log keeps it.
    """

    packed: list[bytes] = field(default_factory=list)
    renew_install: bool = False
    access_changed: bool = False
    """Whether the batch changed what anyone, the author too, may see."""

    @property
    def outcomes(self) -> list[Outcome]:
        """The outcomes in the order sent."""
        return _OUTCOMES.validate_json(self.joined)

    @property
    def joined(self) -> bytes:
        """All outcomes as one JSON list."""
        return b"[" + b",".join(one[1:-1] for one in self.packed if len(one) > len(b"[]")) + b"]"


class Door:
    """Accepts commands. `salt()` makes the salts of audit digests; the simulator passes a seeded one.

    `follow` is called before the feed is written: what stands on the rows that changed changes with them. `forward`
    names rows as they go by now, and `went_on` tells whether some went on since it looked. `keys` sign what the server
    itself gives in such a transaction.
    """

    def __init__(
        self,
        database: Database,
        types: Iterable[CommandType],
        clock: Clock,
        new_id: IdMaker,
        salt: Callable[[], str] = lambda: secrets.token_hex(16),
        follow: Callable[[Batch], None] = lambda _batch: None,
        forward: Callable[[Batch, Sequence[Item]], Sequence[Item]] = lambda _batch, items: items,
        went_on: Callable[[Batch], bool] = lambda _batch: False,
        keys: Keys | None = None,
    ) -> None:
        self._database = database
        self.types: Mapping[str, CommandType] = {known.name: known for known in types}
        self._clock = clock
        self._new_id = new_id
        self._salt = salt
        self._follow = follow
        self._forward = forward
        self._went_on = went_on
        self._keys = keys

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
        claim = partial(self._accept_in, actor=actor, origin=origin, note=None)
        for command in commands:
            kept = replace(holding, kind=command.type)
            work = partial(claim, commands=[command], upcast=[self._upcast(command)], holding=kept)
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
        return Batch(db, actor, origin, instant_text(self._clock.now()), self._new_id, self._keys)

    def followed(self, batch: Batch) -> None:
        """Let what stands on the rows that a batch of the server's own changed follow, before its feed is written."""
        self._follow(batch)

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
            whole.packed += part.packed
            whole.renew_install = whole.renew_install or part.renew_install
            whole.access_changed = whole.access_changed or part.access_changed
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
            return Accepted([repeats[command.id] for command in commands if command.id in repeats])
        if holding is None:
            for run in runs_of(self._forward(batch, self._items(batch, fresh))):
                self.decide(batch, run)
        else:
            for item in self._items(batch, fresh):
                batch.decisions[item.key] = self._kept(batch, item, holding)
        self._follow(batch)
        verdicts = {one.id: str(_verdict_of(batch, one)) for one in fresh}
        lines = [AuditLine(one.id, hashes[one.id], verdicts[one.id], claims[one.id]) for one in fresh]
        advance = feeds.advance(batch, lines, note)
        if advance.access_revision != actor.access_revision and self._went_on(batch):
            # Rows went on between the look and this lock: nobody can change them now, so the whole is done again.
            raise RepeatTransactionError
        answers = {one.id: _packed(batch, one, advance.seq) for one in fresh}
        with db.together():
            feeds.put(batch, advance, note)
            _store(batch, answers, verdicts, advance.audit_seq)
        reused = any(one.device_seq <= advance.last_device_seq for one in fresh) and origin.device_id != ""
        told = {**repeats, **answers}
        return Accepted([told[command.id] for command in commands if command.id in told], reused, batch.access_changed)

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

    def _repeats(self, batch: Batch, commands: Sequence[Command], hashes: Mapping[str, str]) -> dict[str, bytes]:
        """Return the first outcomes of repeats; the same id with another content goes to quarantine."""
        if not commands:
            return {}
        ids = orjson.dumps(sorted({command.id for command in commands})).decode()
        stored = {row[0]: row for row in batch.db.rows(_REPEATS, organisation_id=batch.organisation_id, ids=ids)}
        answers: dict[str, bytes] = {}
        for command in commands:
            row = stored.get(command.id)
            if row is None:
                raise RepeatTransactionError
            if row[1] == hashes[command.id]:
                answers[command.id] = (row[2] or "[]").encode()
                continue
            quarantine(batch, command, "id_reused")
            message = text("Another change carries the same id. Both are kept; the office can look at them.")
            refused = Decision(Verdict.REJECTED, code="command_id_reused", message=message)
            answers[command.id] = orjson.dumps(
                [outcome_json(command.id, target.id, refused, 0) for target in command.targets]
            )
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


def _store(batch: Batch, answers: Mapping[str, bytes], verdicts: Mapping[str, str], audit_seq: int) -> None:
    rows = [
        {"id": command_id, "verdict": verdicts[command_id], "outcomes": packed.decode()}
        for command_id, packed in sorted(answers.items())
    ]
    batch.db.send(_STORE, organisation_id=batch.organisation_id, audit_seq=audit_seq, rows=orjson.dumps(rows).decode())


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


def _verdict_of(batch: Batch, command: Command) -> Verdict:
    """Return the most telling verdict among a command's targets."""
    return most_telling(batch.decisions[command.id, target.id].verdict for target in command.targets)


def _packed(batch: Batch, command: Command, seq: int) -> bytes:
    return orjson.dumps(
        [outcome_json(command.id, target.id, batch.decisions[command.id, target.id], seq) for target in command.targets]
    )


def _holding(command: Command, failure: Exception) -> Decision:
    """A fault of ours must not cost the person the work: it is kept for the office."""
    message = text("The server could not carry this out. It is kept for the office, and a report was written.")
    return Decision(
        Verdict.HELD, code="server_fault", message=message, kind=command.type, details={"fault": type(failure).__name__}
    )
