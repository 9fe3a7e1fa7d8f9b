"""The outbox: every command a person saved here, from waiting through sent to answered."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop.core import meta
from desktop.core.disk import Db
from desktop.core.schema import from_text, to_text
from shared.core.command import Command, Target
from shared.core.outcome import Outcome, most_telling

WAITING, SENT, ANSWERED = "waiting", "sent", "answered"


@dataclass(frozen=True)
class Ask:
    """What an action asks for: a command before the store gives it its id, number and time.

    `base` is the revision of the row as it was shown, None for a row that is new. `id` is set where the id of the
    command is needed beforehand (an observation has its command's id). Where the command carries the next number of a
    `series` that this store counts, `fill` makes the payload of that number, within the transaction.
    """

    type: str
    target_id: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    base: str | None = None
    more_targets: tuple[Target, ...] = ()
    id: str | None = None
    series: str = ""
    fill: Callable[[int], Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class Entry:
    """A command in the outbox; `position` is the order in which things were asked here."""

    position: int
    command: Command


def add(db: Db, commands: Sequence[Command], group_id: str, made_at: str) -> list[Entry]:
    """Write commands as waiting and overlaid, in order; they are one thing to undo."""
    entries = []
    for command in commands:
        position = db.execute(
            "INSERT INTO outbox (id, device_seq, type, target_id, command, group_id, made_at, state, overlaid)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', 1) RETURNING position",
            (
                command.id,
                command.device_seq,
                command.type,
                command.target_id,
                command.model_dump_json(),
                group_id,
                made_at,
            ),
        ).fetchone()[0]
        entries.append(Entry(position, command))
    db.executemany(
        "INSERT INTO outbox_target (position, target_id, base) VALUES (?, ?, ?)",
        [(entry.position, target.id, target.base) for entry in entries for target in entry.command.targets],
    )
    return entries


def followed(db: Db, target_id: str, base: str | None) -> str | None:
    """Return the revision that own edits made of `base` since it was shown; refused ones don't count."""
    seen = {base}
    while base is not None:
        row = db.execute(
            "SELECT o.id FROM outbox_target t JOIN outbox o ON o.position = t.position WHERE t.target_id = ?"
            " AND t.base = ? AND coalesce(o.verdict, '') <> 'rejected' ORDER BY t.position DESC LIMIT 1",
            (target_id, base),
        ).fetchone()
        if row is None or row[0] in seen:
            break
        base = row[0]
        seen.add(base)
    return base


def unanswered(db: Db, limit: int, max_bytes: int) -> list[Command]:
    """Return the next commands to send in the order of their numbers, at least one however big it is."""
    chosen: list[Command] = []
    size = 0
    for (packed,) in db.execute(
        "SELECT command FROM outbox WHERE state <> 'answered' ORDER BY position LIMIT ?", (limit,)
    ):
        size += len(packed.encode())
        if chosen and size > max_bytes:
            break
        chosen.append(Command.model_validate_json(packed))
    return chosen


def unknown(db: Db, commands: Iterable[Command]) -> list[Command]:
    """Return those of `commands` that the outbox doesn't have, in order and each once."""
    by_id = {command.id: command for command in commands}
    rows = db.execute("SELECT id FROM outbox WHERE id IN (SELECT value FROM json_each(?))", (to_text(list(by_id)),))
    known = {row[0] for row in rows}
    return [command for command_id, command in by_id.items() if command_id not in known]


def mark_sent(db: Db, commands: Iterable[Command]) -> None:
    """From now on these commands never change."""
    db.execute(
        "UPDATE outbox SET state = 'sent' WHERE state = 'waiting' AND id IN (SELECT value FROM json_each(?))",
        (to_text([command.id for command in commands]),),
    )


def answer(db: Db, outcomes: Iterable[Outcome], at: str) -> list[str]:
    """Write the outcomes of commands; returns the ids of those that had none before."""
    by_command: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_command.setdefault(outcome.command_id, []).append(outcome)
    if not by_command:
        return []
    known = {
        row[0]: row[1]
        for row in db.execute(
            "SELECT id, state FROM outbox WHERE id IN (SELECT value FROM json_each(?))", (to_text(list(by_command)),)
        )
    }
    values = [
        (
            max(outcome.seq for outcome in by_command[command_id]),
            worst(by_command[command_id]),
            to_text([outcome.model_dump(mode="json", exclude_defaults=True) for outcome in by_command[command_id]]),
            at,
            command_id,
        )
        for command_id in known
    ]
    db.executemany(
        "UPDATE outbox SET state = 'answered', settled_seq = ?, verdict = ?, outcomes = ?, answered_at = ?"
        " WHERE id = ?",
        values,
    )
    return [command_id for command_id, state in known.items() if state != ANSWERED]


def worst(outcomes: Iterable[Outcome]) -> str:
    """Return the verdict of a command on several rows that a person must hear of first."""
    return str(most_telling(outcome.verdict for outcome in outcomes))


def offer_again(db: Db) -> int:
    """Let every command that is kept wait for an answer once more; returns how many.

    What the screen shows stays as it is: rows that included a command keep showing it until they are fetched again.
    """
    return db.execute("UPDATE outbox SET state = 'waiting', settled_seq = NULL WHERE state <> 'waiting'").rowcount


def renumber(db: Db, install_epoch: int) -> None:
    """Give the unanswered commands new numbers under a renewed install epoch."""
    number = 1
    rows = db.execute("SELECT position, command FROM outbox WHERE state <> 'answered' ORDER BY position").fetchall()
    for position, packed in rows:
        command = from_text(packed) | {"install_epoch": install_epoch, "device_seq": number}
        db.execute(
            "UPDATE outbox SET device_seq = ?, command = ?, state = 'waiting' WHERE position = ?",
            (number, to_text(command), position),
        )
        number += 1
    meta.write(db, meta.EPOCH, install_epoch)
    meta.write(db, meta.NEXT_SEQ, number)


def forget(db: Db, before: str) -> int:
    """Remove answered commands from before the instant `before`; refused ones stay until they are dismissed."""
    gone = (
        "SELECT position FROM outbox WHERE state = 'answered' AND overlaid = 0 AND answered_at < ?"
        " AND (verdict <> 'rejected' OR dismissed = 1)"
    )
    db.execute(f"DELETE FROM outbox_target WHERE position IN ({gone})", (before,))
    return db.execute(f"DELETE FROM outbox WHERE position IN ({gone})", (before,)).rowcount


def open_count(db: Db) -> tuple[int, int]:
    """Return how many commands wait and how many are sent and unanswered."""
    # The index of open ones has the state beside the place, so that no command is read for this.
    every, sent = db.execute(
        "SELECT count(*), coalesce(sum(state = 'sent'), 0) FROM outbox INDEXED BY outbox_open WHERE state <> 'answered'"
    ).fetchone()
    return every - sent, sent
