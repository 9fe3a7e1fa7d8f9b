"""The desk: what every page is handed instead of reaching for something global."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from desktop.core.api_client import ApiClient
from desktop.core.file_transfer import FileTransfer
from desktop.core.local_store import LocalStore
from desktop.core.outbox import Ask
from desktop.core.settings import Settings
from desktop.core.sync_state import SyncState
from shared.core.actor import Actor
from shared.core.clock import Clock
from shared.core.command import Command
from shared.core.errors import CampusError
from shared.core.text import text


class OpenPage(Protocol):
    """Opens a page by name: `open("people.student", person_id, tab="marks")`."""

    def __call__(self, page: str, entity_id: str | None = None, /, **details: Any) -> None:
        """Open the page in the main window."""


def _not_syncing() -> SyncState:
    return SyncState()


def _no_sync() -> None:
    return


def _no_change(_old: str, _new: str, _end_others: bool) -> None:
    raise CampusError("server_unreachable", text("A password is changed at the server. Connect first."))


def _no_password(_password: str) -> bool:
    return False


@dataclass(frozen=True)
class Desk:
    """A signed-in person's workplace. `client` is None while no server is known to this desk (tests, self-check).

    Nothing of it changes but `actor`, where the server tells of other rights while the window is open, and `settings`.
    """

    store: LocalStore
    actor: Actor
    open: OpenPage
    clock: Clock
    ids: Callable[[], str]
    settings: Settings
    client: ApiClient | None = None
    sync_now: Callable[[], None] = _no_sync
    sync_state: Callable[[], SyncState] = _not_syncing
    check_password: Callable[[str], bool] = _no_password
    """Tells whether a password is that of whoever is signed in, without a network; takes about 100 ms."""
    change_password: Callable[[str, str, bool], None] = _no_change
    """Changes the own password (present one, new one, whether other sign-ins end) at the server and at the store here;
    blocks, and raises CampusError."""
    files: FileTransfer | None = None
    """Keeps, sends and fetches files; None while no server is known to this desk."""

    def become(self, actor: Actor) -> None:
        """Go by what the person may do now: a page that stays open with something typed in it does, too."""
        object.__setattr__(self, "actor", actor)

    def prefer(self, settings: Settings) -> None:
        """Go by what the person has chosen now."""
        object.__setattr__(self, "settings", settings)

    def commit(self, asks: Sequence[Ask]) -> tuple[Command, ...]:
        """Save what a person asked for: on disk when this returns, sent as soon as there is a network.

        Raises CampusError with a sentence when it can't be saved; then nothing of it was.
        """
        commands = self.store.commit(asks)
        self.sync_now()
        return commands
