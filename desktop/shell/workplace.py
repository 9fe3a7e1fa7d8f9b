"""What belongs to one signed-in person while the window is open: desk, sync engine, and the end of all that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.core.file_runner import FileRunner
from desktop.core.file_transfer import FileTransfer
from desktop.core.scheduler import ThreadScheduler
from desktop.core.settings import Settings
from desktop.core.signed_in import SignedIn
from desktop.core.sync_engine import SyncEngine
from desktop.core.sync_runner import SyncRunner
from desktop.shell.sync_link import SyncLink
from shared.core.clock import Clock


def _nowhere(_page: str, _entity_id: str | None = None, /, **_details: Any) -> None:
    return


@dataclass
class Workplace:
    """A signed-in person with the engine that syncs; `close` ends it all, and what waits is sent next time."""

    signed_in: SignedIn
    desk: Desk
    link: SyncLink
    scheduler: ThreadScheduler
    runner: SyncRunner
    files: FileRunner

    def start(self) -> None:
        """Begin to sync, and go on with files that were on their way."""
        self.runner.start()
        self.files.start()

    def close(self) -> None:
        """Stop syncing and close the store."""
        self.runner.stop()
        self.files.stop()
        self.scheduler.stop()
        self.signed_in.close()


def make_workplace(signed_in: SignedIn, clock: Clock, ids: Callable[[], str], settings: Settings) -> Workplace:
    """Return a workplace that doesn't sync yet."""
    engine = SyncEngine(signed_in.store, signed_in.client, clock, signed_in.actor)
    engine.follow_actor(signed_in.become)
    scheduler = ThreadScheduler(clock)
    runner = SyncRunner(engine, scheduler)
    link = SyncLink(signed_in.store, engine, runner)
    transfer = FileTransfer(signed_in.store, signed_in.client, clock)
    link.follow_files(transfer)
    desk = Desk(
        store=signed_in.store,
        actor=signed_in.actor,
        open=_nowhere,
        clock=clock,
        ids=ids,
        settings=settings,
        client=signed_in.client,
        sync_now=link.wake,
        sync_state=lambda: link.state,
        check_password=signed_in.keys.fits,
        change_password=signed_in.change_password,
        files=transfer,
    )
    link.rights_changed.connect(desk.become)
    return Workplace(signed_in, desk, link, scheduler, runner, FileRunner(transfer, scheduler))
