"""The local store: one encrypted file per person and server, with one door for writes and many for reads."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.core import erasures, meta, numbers, outbox, overlay, schema, settle, snapshots, steps
from desktop.core.base_rows import Key
from desktop.core.conflicts import core_area
from desktop.core.connections import DATABASE_ERRORS, Connections
from desktop.core.disk import Db, Disk
from desktop.core.file_store import FileStore
from desktop.core.outbox import Ask
from desktop.core.reads import Pending, Reads
from desktop.core.sealed_outbox import Owner, SealedOutbox, read_own
from desktop.core.settle import Settled
from desktop.core.steps import Step, no_step
from desktop.core.store_area import StoreArea, joined
from desktop.core.store_file import REAL_DISK, damaged
from shared.core.clock import Clock, instant_text
from shared.core.command import Command, Target
from shared.core.fitting import refuse_misfit
from shared.core.sync import MAX_COMMANDS, PROTOCOL, SyncRequest, SyncResponse

__all__ = ["Changed", "Identity", "LocalStore", "Pending"]

MAX_BYTES = 900_000
"""How many bytes of commands one exchange carries at most, so that the whole request stays below 1 MB."""


@dataclass(frozen=True)
class Changed:
    """What a write changed on screen; with no keys only the state of the outbox did."""

    keys: frozenset[Key]

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds among the keys."""
        return frozenset(kind for kind, _ in self.keys)


@dataclass(frozen=True)
class Identity:
    """Who this store is to the server. `install_epoch` counts only for a fresh store."""

    owner: Owner
    install_epoch: int = 1
    institute_key: bytes | None = None


def _anything_goes() -> None:
    return


class LocalStore(Reads):
    """Reads are safe on any thread, each with its own connection; writes take turns.

    `kept_files` are the files kept beside it, sealed under the same key.
    `guard` is called before every commit and may refuse it with a CampusError (the lease is over).
    """

    def __init__(
        self,
        path: Path,
        key: bytes,
        identity: Identity,
        areas: Sequence[StoreArea],
        clock: Clock,
        ids: Callable[[], str],
        disk: Disk = REAL_DISK,
        step: Step = no_step,
    ) -> None:
        self.area = joined((core_area(), *areas))
        self.guard: Callable[[], None] = _anything_goes
        self.closed = False
        self.path = path
        self.kept_files = FileStore(path.with_suffix(".files"), key)
        self._files = Connections(path, key, disk)
        self._step, self._clock, self._ids = step, clock, ids
        self._overlay = overlay.Overlay(self.area)
        self._listeners: list[Callable[[Changed], None]] = []
        self._journal = SealedOutbox(journal_path(path), key, identity.owner, identity.institute_key, disk, step)
        try:
            schema.create(self._files.db())
            self._register(identity)
            self._reconcile(key)
        except DATABASE_ERRORS as problem:
            self.close()
            raise damaged(problem) from problem
        except BaseException:
            self.close()
            raise

    def _register(self, identity: Identity) -> None:
        with self._files.write() as db:
            if meta.read(db, meta.DEVICE) is None:
                meta.write(db, meta.DEVICE, identity.owner.device_id)
                meta.write(db, meta.EPOCH, identity.install_epoch)
                meta.write(db, meta.NEXT_SEQ, 1)
            self.device_id: str = meta.read(db, meta.DEVICE)

    def _reconcile(self, key: bytes) -> None:
        """Make store and journal agree: a crash may have come between them, or an old store file been put back.

        A command that only the journal has was asked for, so it is taken in; one that only the store has was answered.
        """
        noted = read_own(journal_path(self.path), key)
        strange = outbox.unknown(self._files.db(), noted)
        if strange:
            self.restore(strange)
        elif {command.id for command in noted} != {command.id for command in self._unanswered()} or not noted:
            self._journal.rewrite(self._unanswered())
        else:
            self._journal.lines = len(noted)

    def _unanswered(self) -> list[Command]:
        return outbox.unanswered(self._files.db(), -1, 1 << 60)

    def close(self) -> None:
        """Close every connection; the store can't be used afterwards, and tells nobody of anything."""
        self.closed = True
        self._listeners.clear()
        self._journal.close()
        self._files.close()

    def commit(self, asks: Sequence[Ask]) -> tuple[Command, ...]:
        """Save what was asked for, outbox and drafts in one transaction; on disk when this returns.

        Raises CampusError (`disk_full`, `store_damaged`, `invalid_payload`, what `guard` says): nothing was saved.
        """
        self.guard()
        with self._files.writing:
            with self._journal.undone_on_error(), self._files.write() as db:
                self._step(steps.COMMIT_BEGUN)
                commands = self._commands(db, asks)
                entries = outbox.add(db, commands, commands[0].id if commands else "", instant_text(self._clock.now()))
                keys: set[Key] = set()
                for entry in entries:
                    keys |= self._overlay.project(db, [entry])
                self._overlay.refresh(db, keys)
                self._step(steps.COMMIT_ROWS)
                self._journal.append(commands)
                self._step(steps.COMMIT_JOURNALLED)
            self._step(steps.COMMIT_DONE)
        self._tell(keys)
        return commands

    def _commands(self, db: Db, asks: Sequence[Ask]) -> tuple[Command, ...]:
        number, now = meta.read(db, meta.NEXT_SEQ, 1), instant_text(self._clock.now())
        epoch, offset = meta.read(db, meta.EPOCH, 1), meta.read(db, meta.OFFSET, 0)
        last: dict[Target, str] = {}
        commands = []
        for at, ask in enumerate(asks):
            shown = (Target.model_construct(id=ask.target_id, base=ask.base), *ask.more_targets)
            seen = [_seen(db, last, target) for target in shown]
            command = Command(
                id=ask.id or self._ids(),
                device_id=self.device_id,
                install_epoch=epoch,
                device_seq=number + at,
                type=ask.type,
                type_version=self.area.type_versions.get(ask.type, 1),
                target_id=ask.target_id,
                base=seen[0].base,
                more_targets=tuple(seen[1:]),
                payload=dict(ask.fill(numbers.last(db, ask.series) + 1) if ask.fill else ask.payload),
                observed_at=now,
                clock_offset=offset,
            )
            refuse_misfit(command.type, command.payload, self.area.payloads)
            last.update(dict.fromkeys(seen, command.id))
            commands.append(command)
            numbers.note(db, self.area, [command])
        meta.write(db, meta.NEXT_SEQ, number + len(asks))
        return tuple(commands)

    def next_request(self, page_rows: int = 500) -> SyncRequest:
        """Return the next exchange: the oldest unanswered commands, now marked as sent, and what to fetch."""
        with self._files.writing:
            commands = outbox.unanswered(self._files.db(), MAX_COMMANDS, MAX_BYTES)
            if commands:
                with self._files.write(waits_for_disk=False) as db:
                    outbox.mark_sent(db, commands)
                self._step(steps.SEND_MARKED)
            with self._files.read() as db:
                tasks = meta.tasks(db)
                return SyncRequest(
                    protocol=PROTOCOL,
                    device_id=self.device_id,
                    install_epoch=meta.read(db, meta.EPOCH, 1),
                    commands=tuple(commands),
                    cursor=meta.cursor(db),
                    snapshot=tasks[0] if tasks else None,
                    page_rows=page_rows,
                    known_kinds=tuple(sorted(self.area.kinds)),
                    device_time=instant_text(self._clock.now()),
                )

    def settle(self, request: SyncRequest, response: SyncResponse) -> Settled:
        """Apply a whole answer in one transaction."""
        with self._files.writing:
            with self._files.write(waits_for_disk=bool(response.outcomes)) as db:
                settled = settle.settle(db, self._overlay, request, response, self._clock.now(), self._step)
            self._step(steps.SETTLE_DONE)
            if settled.answered or response.renew_install or response.new_epoch:
                self._journal.tidy(sum(outbox.open_count(self._files.db())), self._unanswered)
        self._tell(settled.keys)
        self._drop_erased(answered=bool(settled.answered))
        return settled

    def _drop_erased(self, *, answered: bool) -> None:
        """Drop what is kept here of people who were anonymised; what fails is done after the next exchange."""
        with self._files.read() as db:
            wanted = erasures.open_ones(db, answered=answered)
        if not wanted:
            return
        with self._files.writing:
            files = erasures.files_of(wanted)
            with self._files.write() as db:
                erasures.drop(db, wanted)
                files += erasures.made_of(db, files)
            self._journal.rewrite(self._unanswered())
            for sha256 in files:
                self.kept_files.remove(sha256)
            erasures.compact(self._files.db())
            with self._files.write() as db:
                erasures.finish(db, wanted)

    def pull_again(self, scopes: Sequence[str]) -> None:
        """Plan to fetch scopes again that the digest check found different."""
        with self._files.write() as db:
            snapshots.pull_again(db, tuple(scopes))

    def dismiss(self, command_id: str) -> None:
        """Take a refused command off the list of what a person should look at; it stays in the receipt."""
        with self._files.write() as db:
            db.execute("UPDATE outbox SET dismissed = 1 WHERE id = ?", (command_id,))
        self._tell(())

    def remember(self, name: str, value: Any) -> None:
        """Keep a JSON-ready fact about this store under a name of `meta`."""
        with self._files.write() as db:
            meta.write(db, name, value)

    def remember_all(self, facts: Mapping[str, Any]) -> None:
        """Keep several facts in one transaction."""
        with self._files.write() as db:
            for name, value in facts.items():
                meta.write(db, name, value)

    def forget(self, name: str, *, waits_for_disk: bool = True) -> None:
        """Drop a fact that `remember` keeps; without waiting it may be there again after power was lost."""
        with self._files.write(waits_for_disk=waits_for_disk) as db:
            meta.drop(db, name)

    def recall_all(self, prefix: str) -> dict[str, Any]:
        """Return all facts that `remember` keeps under names that begin with `prefix`."""
        with self._files.read() as db:
            return meta.read_all(db, prefix)

    def restore(self, commands: Sequence[Command]) -> None:
        """Take in rescued commands as waiting, in their order, and number on behind them."""
        with self._files.write() as db:
            entries = outbox.add(db, commands, "", instant_text(self._clock.now()))
            numbers.note(db, self.area, commands)
            self._overlay.refresh(db, self._overlay.project(db, entries))
            top = max((command.device_seq for command in commands), default=0)
            meta.write(db, meta.NEXT_SEQ, max(meta.read(db, meta.NEXT_SEQ, 1), top + 1))
        self._journal.rewrite(self._unanswered())

    def subscribe(self, listener: Callable[[Changed], None]) -> Callable[[], None]:
        """Call `listener` after each write, on the thread that wrote; returns what ends that."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def _tell(self, keys: Collection[Key]) -> None:
        changed = Changed(frozenset(keys))
        for listener in list(self._listeners):
            listener(changed)


def _seen(db: Db, last: dict[Target, str], shown: Target) -> Target:
    # The revision that was shown, or what own edits have made of it since, in this very commit too.
    seen = Target.model_construct(id=shown.id, base=outbox.followed(db, shown.id, shown.base))
    while seen.base is not None and seen in last:
        seen = Target.model_construct(id=shown.id, base=last[seen])
    return seen


def journal_path(store_path: Path) -> Path:
    """Return where the second copy of a store's outbox lies."""
    return store_path.with_suffix(".outbox")
