"""The sync engine as the window sees it: its state as a signal on the GUI thread, and what a person may ask of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.core.file_queue import file_counts
from desktop.core.file_transfer import FileTransfer, Moved
from desktop.core.local_store import Changed, LocalStore
from desktop.core.sync_engine import SyncEngine
from desktop.core.sync_runner import SyncRunner
from desktop.core.sync_state import SyncState
from desktop.shell.page import follow
from desktop.widgets.hand_over import handed_over
from shared.core.actor import Actor


def _nothing() -> None:
    return


class SyncLink(QObject):
    """Tells the window the state of syncing; without an engine (tests, self-check) it counts what waits."""

    state_changed = Signal(object)
    rights_changed = Signal(object)
    """The person with the roles and rights that the server tells of now; given on the GUI thread."""

    def __init__(
        self,
        store: LocalStore,
        engine: SyncEngine | None = None,
        runner: SyncRunner | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._engine, self._runner = store, engine, runner
        self._state = self._read()
        if engine is not None:
            engine.subscribe(handed_over(self, self._take))
            engine.follow_actor(handed_over(self, self._take_person))
        follow(store, self, self._store_changed)

    @property
    def state(self) -> SyncState:
        """The state as last told."""
        return self._state

    def refresh(self) -> None:
        """Read the state anew; once the store is closed, the state stays as last told."""
        if not self._store.closed:
            self._take(self._read())

    def _read(self) -> SyncState:
        if self._engine is not None:
            return self._engine.state()
        pending = self._store.pending()
        files, refused = file_counts(self._store)
        decisions = pending.decisions + pending.refused + refused
        return SyncState(waiting=pending.waiting + pending.sending, decisions=decisions, files=files)

    def follow_files(self, files: FileTransfer) -> None:
        """Count the files that wait, too, from now on."""
        files.subscribe(handed_over(self, self._file_moved))

    def _file_moved(self, moved: Moved) -> None:
        if moved.ended:
            self.refresh()

    def _store_changed(self, _changed: Changed) -> None:
        self.refresh()

    def _take(self, state: SyncState) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)

    def _take_person(self, actor: Actor) -> None:
        self.rights_changed.emit(actor)

    def sync_now(self) -> None:
        """Send and fetch now, as a person asked."""
        if self._runner is not None:
            self._runner.wake(urgent=True)

    def wake(self) -> None:
        """Sync soon, after a save; while the network is away this doesn't hurry."""
        if self._runner is not None:
            self._runner.wake()

    def check(self) -> None:
        """Compare everything with the server."""
        if self._runner is not None:
            self._runner.check()

    @property
    def can_sync(self) -> bool:
        """Whether there is a server to talk to."""
        return self._runner is not None

    def after(self, milliseconds: int, job: Callable[[], None] = _nothing) -> None:
        """Do something a little later on the GUI thread, unless the window is gone by then."""
        QTimer.singleShot(milliseconds, self, job)
