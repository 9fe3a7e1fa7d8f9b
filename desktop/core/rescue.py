"""A damaged store: brings back what was not sent, puts the damaged file aside, and lets the server fill the rest in."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from desktop.core import meta
from desktop.core.connections import DATABASE_ERRORS, damage_mark
from desktop.core.disk import Db, Disk
from desktop.core.local_store import Identity, LocalStore, journal_path
from desktop.core.sealed_outbox import read_own
from desktop.core.store_area import StoreArea
from desktop.core.store_file import REAL_DISK
from shared.core.clock import Clock
from shared.core.command import Command
from shared.core.errors import CampusError
from shared.core.text import plural, text

OWNER_FACTS = (meta.LEASE, meta.LEASE_KEY, meta.ACTOR)
"""Without these a store can be read but not written to."""
_MORE_FACTS = (meta.TOKENS, meta.DEVICE_KEY, meta.ORGANISATION, meta.OFFSET)
_SUFFIXES = ("", "-wal", "-shm")
_GIVE_UP_AFTER = 2_000


@dataclass(frozen=True)
class Rescued:
    """A store made anew. `commands` were not sent yet and are in it; `aside` is the folder with the damaged files.

    `knows_owner` tells whether the permission to work offline could be read as well.
    """

    store: LocalStore
    commands: int
    from_store: int
    from_journal: int
    aside: Path
    knows_owner: bool = False

    @property
    def sentence(self) -> str:
        """What people are told who signed in with a network."""
        if not self.commands:
            return text(
                "The file with your work on this computer was damaged. Everything in it was on the server already and"
                " is fetched again now."
            )
        return plural(
            "The file with your work on this computer was damaged. {n} change that wasn't sent yet was brought back;"
            " the rest is fetched from the server now.",
            "The file with your work on this computer was damaged. {n} changes that weren't sent yet were brought"
            " back; the rest is fetched from the server now.",
            self.commands,
        )

    @property
    def offline_sentence(self) -> str:
        """What people are told who signed in without one: what is safe, what is missing, and what helps."""
        parts = [text("The file with your work on this computer was damaged.")]
        if self.commands:
            parts.append(
                plural(
                    "{n} change that wasn't sent yet was brought back and is sent as soon as the network is there.",
                    "{n} changes that weren't sent yet were brought back and are sent as soon as the network is there.",
                    self.commands,
                )
            )
        else:
            parts.append(text("Everything in it was on the server already."))
        if self.knows_owner:
            parts.append(text("You can go on working; the rest comes from the server then."))
        else:
            parts.append(text("Nothing can be saved here until you have signed in with a network once."))
        return " ".join(parts)


def rescue(
    path: Path,
    key: bytes,
    identity: Identity,
    areas: Sequence[StoreArea],
    clock: Clock,
    ids: Callable[[], str],
    disk: Disk = REAL_DISK,
) -> Rescued:
    """Make the store at `path` anew from what can be read of it and from the journal beside it.

    Nothing is deleted: the damaged files lie in a folder beside it. The caller holds the store's lock.
    """
    facts = _owner_facts(path, key, disk)
    unanswered, answered = _from_store(path, key, disk)
    noted = {command.id: command for command in read_own(journal_path(path), key)}
    found = {**noted, **unanswered}
    commands = sorted(
        (command for command in found.values() if command.id not in answered),
        key=lambda command: (command.install_epoch, command.device_seq),
    )
    aside = _put_aside(path, clock)
    store = LocalStore(path, key, identity, areas, clock, ids, disk)
    store.restore(commands)
    for name, value in facts.items():
        store.remember(name, value)
    damage_mark(path).unlink(missing_ok=True)
    kept = {command.id for command in commands}
    counts = len(commands), len(kept & set(unanswered)), len(kept & set(noted))
    return Rescued(store, *counts, aside, knows_owner=set(OWNER_FACTS) <= set(facts))


def open_or_rescue(
    path: Path,
    key: bytes,
    identity: Identity,
    areas: Sequence[StoreArea],
    clock: Clock,
    ids: Callable[[], str],
    disk: Disk = REAL_DISK,
) -> tuple[LocalStore, Rescued | None]:
    """Open a store; one that is damaged, now or when last in use, is rescued, which the caller tells the person."""
    try:
        if not damage_mark(path).exists():
            return LocalStore(path, key, identity, areas, clock, ids, disk), None
    except CampusError as problem:
        if problem.code != "store_damaged":
            raise
    rescued = rescue(path, key, identity, areas, clock, ids, disk)
    return rescued.store, rescued


def _put_aside(path: Path, clock: Clock) -> Path:
    stamp = f"{clock.now():%Y%m%dT%H%M%S}"
    aside = path.parent / f"damaged-{stamp}"
    number = 1
    while aside.exists():
        number += 1
        aside = path.parent / f"damaged-{stamp}-{number}"
    aside.mkdir()
    for source in (*(path.with_name(path.name + suffix) for suffix in _SUFFIXES), journal_path(path)):
        if source.exists():
            source.replace(aside / source.name)
    return aside


def _owner_facts(path: Path, key: bytes, disk: Disk) -> dict[str, Any]:
    """Return what can still be read of who the owner is and how long he or she may work offline."""
    facts: dict[str, Any] = {}
    try:
        db = disk.connect(path, key)
    except (CampusError, OSError, *DATABASE_ERRORS):
        return facts
    try:
        for name in (*OWNER_FACTS, *_MORE_FACTS):
            with suppress(ValueError, *DATABASE_ERRORS):
                value = meta.read(db, name)
                if value is not None:
                    facts[name] = value
    finally:
        db.close()
    return facts


def _from_store(path: Path, key: bytes, disk: Disk) -> tuple[dict[str, Command], set[str]]:
    """Return the unanswered commands that can be read, by id, and the ids of answered ones."""
    try:
        db = disk.connect(path, key)
    except (CampusError, OSError, *DATABASE_ERRORS):
        return {}, set()
    unanswered: dict[str, Command] = {}
    answered: set[str] = set()
    try:
        for packed, state, command_id in _readable(db):
            if state == "answered":
                answered.add(command_id)
                continue
            try:
                unanswered[command_id] = Command.model_validate_json(packed)
            except ValidationError:
                continue
    finally:
        db.close()
    return unanswered, answered


def _readable(db: Db) -> Iterator[tuple[str, str, str]]:
    """Yield outbox rows one by one, stepping over places that can't be read."""
    position, failures = 0, 0
    while failures < _GIVE_UP_AFTER:
        try:
            row = db.execute(
                "SELECT position, command, state, id FROM outbox NOT INDEXED WHERE position > ? ORDER BY position"
                " LIMIT 1",
                (position,),
            ).fetchone()
        except DATABASE_ERRORS:
            position += 1
            failures += 1
            continue
        if row is None:
            return
        position = row[0]
        yield row[1], row[2], row[3]
