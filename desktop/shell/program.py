"""The running desktop: from the sign-in window to the main window and back, for one person at a time."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from desktop.core import settings as stored
from desktop.core.area import DesktopArea
from desktop.core.lab_machine import LabMachine
from desktop.core.lost_device import LostDevices, Wiped
from desktop.core.scheduler import ThreadScheduler
from desktop.core.set_up import SetUp, make_set_up, read_set_up
from desktop.core.settings import Server
from desktop.core.signed_in import SignedIn
from desktop.core.sync_state import Phase, SyncState
from desktop.shell.assembly import make_window
from desktop.shell.embedded_server import EmbeddedServer
from desktop.shell.entry_guide import EntryGuide
from desktop.shell.gate import Gate
from desktop.shell.lab_rounds import LabRounds, here_of, machine_of, wipe_here
from desktop.shell.lost_dialog import LostDialog
from desktop.shell.main_window import MainWindow, PersonShown
from desktop.shell.preferences import Preferences
from desktop.shell.role_words import main_role
from desktop.shell.server_dialog import ServerDialog
from desktop.shell.sign_in_window import SignInWindow
from desktop.shell.system_clock import SystemClock
from desktop.shell.unattended import Unattended, is_done
from desktop.shell.workplace import Workplace, make_workplace
from desktop.widgets.background import Lane, run_in_background
from shared.core.clock import Clock
from shared.core.errors import CampusError
from shared.core.ids import IdMaker

_GENERATIONS = (50_000, 20, 50)
_CALLED_MS = 1_000


@dataclass(frozen=True)
class Folders:
    """Where the settings, the local stores and the sample's server lie."""

    settings: Path
    stores: Path
    sample: Path


@dataclass(frozen=True)
class Plan:
    """What the program was started for.

    `opens` maps kinds of rows to pages, `quick` names what Today offers; `demo` begins the sample institute.
    """

    folders: Folders
    areas: Sequence[DesktopArea]
    opens: Mapping[str, str] = field(default_factory=dict)
    quick: Sequence[tuple[str, str]] = ()
    server: Server | None = None
    demo: bool = False
    set_up: SetUp | CampusError | None = None
    clock: Clock = field(default_factory=SystemClock)


def make_plan(
    areas: Sequence[DesktopArea],
    opens: Mapping[str, str],
    quick: Sequence[tuple[str, str]],
    *,
    profile: Path | None = None,
    address: str | None = None,
    demo: bool = False,
    fingerprint: str = "",
    institute: str = "",
) -> Plan:
    """Return the plan for these areas; a `profile` is a folder of its own for settings and local stores.

    With a `fingerprint`, or a set-up file in the system's place, the computer sets itself up for a server.
    """
    folders = Folders(
        settings=profile or stored.settings_folder(),
        stores=profile or stored.data_folder(),
        sample=stored.data_folder() / "sample",
    )
    server = Server(url=address.rstrip("/"), organisation="") if address else None
    set_up = _told(address or "", fingerprint, institute, alone=demo or profile is not None)
    return Plan(folders=folders, areas=areas, opens=opens, quick=quick, server=server, demo=demo, set_up=set_up)


def _told(address: str, fingerprint: str, institute: str, *, alone: bool) -> SetUp | CampusError | None:
    """Return the set-up by the command line, else by the system's file, or why it can't be used."""
    try:
        if address and fingerprint:
            return make_set_up(address, fingerprint, institute)
        return None if address or alone else read_set_up()
    except CampusError as problem:
        return problem


class Program(QObject):
    """Owns the windows. `start` makes the first one work; everything that takes time runs in workers."""

    def __init__(
        self, plan: Plan, preferences: Preferences, gate: Gate | None = None, window: SignInWindow | None = None
    ) -> None:
        """`window` is the sign-in window where one was painted already."""
        super().__init__()
        self.plan, self.preferences = plan, preferences
        self.ids = IdMaker(plan.clock)
        self._waits = ThreadScheduler(plan.clock, "sign-in waits")
        self.gate = gate or Gate(
            folder=plan.folders.stores,
            areas=tuple(area.store for area in plan.areas),
            clock=plan.clock,
            ids=self.ids,
            pause=self._waits.pause,
            device_name=preferences.settings.device_name or socket.gethostname(),
        )
        self.embedded = EmbeddedServer(plan.folders.sample) if plan.demo else None
        self.sign_in_window: SignInWindow | None = window
        self.main_window: MainWindow | None = None
        self.workplace: Workplace | None = None
        self.rounds = LabRounds(self)
        self.rounds.wiped.connect(self.say_wiped)
        self.rounds.lost_here.connect(self.leave_lost)
        self._called = QTimer(self)
        self._called.setInterval(_CALLED_MS)
        self._called.timeout.connect(self._come_if_called)

    # ------------------------------------------------------------------------------------------------------ sign-in

    def start(self) -> None:
        """Let people sign in, then load the rest."""
        app = QApplication.instance()
        if isinstance(app, QApplication) and self.embedded is not None:
            app.lastWindowClosed.connect(self.embedded.stop)
        self.show_sign_in(None if self.plan.demo else self._first_server())
        self._set_up()
        QTimer.singleShot(0, self, self._load_rest)

    def _set_up(self) -> None:
        wanted, window = self.plan.set_up, self.sign_in_window
        if window is None or wanted is None:
            return
        if isinstance(wanted, CampusError):
            window.show_refusal(wanted)
            return
        if is_done(self.preferences.settings, wanted):
            return
        Unattended(wanted, self.gate, self.preferences, window).start()

    def _first_server(self) -> Server | None:
        settings = self.preferences.settings
        if self.plan.server is not None:
            return settings.server(self.plan.server.url, self.plan.server.organisation) or self.plan.server
        return settings.server(settings.last_server) if settings.last_server else None

    def _load_rest(self) -> None:
        run_in_background(self.gate.warm_up, lambda _none: settle_garbage(), None, self)
        self._wipe(lambda: LostDevices(self.gate.desk()).resume())
        if self.embedded is not None:
            self._begin_sample()

    def _begin_sample(self) -> None:
        window, embedded = self.sign_in_window, self.embedded
        if window is None or embedded is None:
            return
        window.show_busy(window.tr("Starting the sample institute. The first time takes about a minute."))
        run_in_background(embedded.start, self._sample_ready, self._sample_failed, self, Lane.NETWORK)

    def _sample_ready(self, server: Server) -> None:
        known = self.preferences.settings.server(server.url)
        if self.sign_in_window is not None:
            self.sign_in_window.use_server(known or server)

    def _sample_failed(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        if self.sign_in_window is not None:
            self.sign_in_window.show_refusal(problem)

    def show_sign_in(self, server: Server | None) -> None:
        """Show the sign-in window for a server."""
        window = self.sign_in_window or SignInWindow()
        window.signed_in.connect(self.enter)
        self.sign_in_window = window
        if window.entry is None:
            EntryGuide(window)
        window.connect_to(self.gate, self.preferences, ServerDialog, server)
        window.show()
        self.rounds.at_sign_in(self._machine)

    def _machine(self) -> LabMachine | None:
        server = self.sign_in_window.server if self.sign_in_window is not None else None
        return machine_of(self.gate, server) if server is not None and server.organisation else None

    # ------------------------------------------------------------------------------------------------------ inside

    def enter(self, signed_in: SignedIn) -> None:
        """Open the main window for someone who has signed in."""
        preferences, profile = self.preferences, signed_in.profile
        self.workplace = make_workplace(signed_in, self.plan.clock, self.ids, preferences.settings)
        # The store knows what was told last; the list of people only what the last sign-in with a network brought.
        roles = signed_in.actor.roles or profile.roles
        shown = PersonShown(signed_in.actor.name or profile.name, profile.number or "", main_role(roles))
        server = self._server_of(self.workplace)
        machine = machine_of(self.gate, server) if server is not None else None
        window = make_window(
            self.workplace.desk,
            self.plan.areas,
            self.plan.opens,
            preferences,
            shown,
            self.workplace.link,
            signed_in,
            self.plan.quick,
            machine,
        )
        if machine is not None:
            self.rounds.with_person(machine, signed_in)
            self.workplace.link.state_changed.connect(self._look_whether_lost)
        window.signed_out.connect(self.leave)
        window.closed.connect(self._window_closed)
        self.main_window = window
        window.show()
        if self.sign_in_window is not None:
            self.sign_in_window.entry = None  # it knows the window, too, and neither would ever be let go
        self._put_away(self.sign_in_window)
        self.sign_in_window = None
        for note in signed_in.notes:
            window.toasts.show_toast(note, "warn", action=window.tr("Read"), on_action=window.open_sync)
        self.workplace.start()
        self._called.start()

    def leave(self) -> None:
        """Sign out: end the sign-in at the server, close the store, and show the sign-in window again."""
        self._leave(lambda: None)

    def _leave(self, then: Callable[[], object]) -> None:
        window, workplace = self.main_window, self.workplace
        if window is None or workplace is None:
            return

        def closed(_none: object) -> None:
            workplace.close()
            then()

        self.show_sign_in(self._server_of(workplace))
        self._called.stop()
        self.main_window = self.workplace = None
        self._put_away(window)
        client = workplace.signed_in.client
        run_in_background(client.sign_out, closed, None, self, Lane.NETWORK)

    # ---------------------------------------------------------------------------------------------------- lost

    def _look_whether_lost(self, state: SyncState) -> None:
        """Whoever isn't let in any more may be on a computer that the office marked as lost."""
        if state.phase is Phase.SIGNED_OUT:
            self.rounds.run()

    def leave_lost(self, orders: list[Mapping[str, str]]) -> None:
        """Close the store that the office marked as lost, destroy it, and say so."""
        workplace = self.workplace
        server = self._server_of(workplace) if workplace is not None else None
        if workplace is None or server is None:
            return
        signed_in, machine = workplace.signed_in, machine_of(self.gate, server)
        key = here_of(signed_in).key
        keys = {signed_in.profile.device_id: key} if key is not None else {}
        self._leave(lambda: self._wipe(lambda: wipe_here(machine, orders, keys)))

    def _wipe(self, work: Callable[[], list[Wiped]]) -> None:
        run_in_background(work, self.say_wiped, self._not_wiped, self)

    def say_wiped(self, wiped: list[Wiped]) -> None:
        """Say what was removed from this computer."""
        window = self.main_window or self.sign_in_window
        if wiped and window is not None:
            dialog = LostDialog(window, wiped)
            dialog.finished.connect(dialog.deleteLater)
            if not dialog.open_dialog():
                dialog.deleteLater()

    def _not_wiped(self, problem: Exception) -> None:
        """What can't be sent now isn't destroyed: the next round tries again."""
        if not isinstance(problem, CampusError | OSError):
            raise problem

    def _server_of(self, workplace: Workplace) -> Server | None:
        profile = workplace.signed_in.profile
        return self.preferences.settings.server(profile.server, profile.organisation)

    @staticmethod
    def _put_away(window: QWidget | None) -> None:
        if window is not None:
            window.close()
            window.deleteLater()

    def _window_closed(self) -> None:
        if self.main_window is not None and self.workplace is not None:
            self._called.stop()
            self.rounds.stop()
            self.main_window = None
            workplace, self.workplace = self.workplace, None
            workplace.close()

    def _come_if_called(self) -> None:
        if self.workplace is not None and self.main_window is not None and self.workplace.signed_in.lock.is_called():
            self.main_window.come_to_front()

    def close(self) -> None:
        """End everything that this program started."""
        self.rounds.stop()
        self._window_closed()
        self._waits.stop()
        if self.embedded is not None:
            self.embedded.stop()


def settle_garbage(*_ignored: Any) -> None:
    """Take what was loaded out of the collector's sight and let it run seldom: it would stop every frame."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GENERATIONS)
