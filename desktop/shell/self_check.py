"""The self-check: opens every page of every area offscreen on the sample institute, in both themes and sizes."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QLoggingCategory
from PySide6.QtWidgets import QWidget

from desktop.core.area import DesktopArea
from desktop.core.keychain import MemoryKeychain
from desktop.core.scheduler import ThreadScheduler
from desktop.core.settings import Server, Settings
from desktop.core.sync_engine import SyncEngine
from desktop.core.sync_state import Phase, SyncState
from desktop.shell import page_book
from desktop.shell.assembly import make_window
from desktop.shell.embedded_server import EmbeddedServer
from desktop.shell.gate import Gate
from desktop.shell.history import Place
from desktop.shell.main_window import MainWindow, PersonShown
from desktop.shell.preferences import Preferences
from desktop.shell.role_words import main_role
from desktop.shell.sample_walk import disagree, sample_places
from desktop.shell.server_contact import SamplePerson
from desktop.shell.server_dialog import ServerDialog
from desktop.shell.sign_in_window import SignInWindow
from desktop.shell.system_clock import SystemClock
from desktop.shell.watch import Watch, calm
from desktop.shell.workplace import Workplace, make_workplace
from desktop.widgets.dialog import Dialog
from shared.core.errors import CampusError
from shared.core.ids import IdMaker
from shared.people.vocabulary import Role

ROLES = (Role.REGISTRAR, Role.INSTRUCTOR, Role.STUDENT)
OTHERS = (Role.ADMINISTRATOR, Role.BURSAR, Role.CASHIER)
"""Who has pages that the first three don't: only those are opened for them, and what looks otherwise by role."""
_BY_ROLE = ("finance.",)
LOOKS = (("light", 1440, 900), ("dark", 1366, 768))
"""Both themes and both sizes: what a page does wrong in one theme it does in either size."""
_NOT_RUN = frozenset({"log-out"})
"""Icons of palette commands that end the check."""
_TRIES = 3
_QUICK_PNG = 80
"""The lightest compression: hundreds of pictures are written, and looked at once."""


class SelfCheck:
    """`run` returns 0 when every page opened without a sound, else 1 with what went wrong on the error stream."""

    def __init__(
        self,
        areas: Sequence[DesktopArea],
        opens: Mapping[str, str],
        pictures: Path | None = None,
        quick: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._areas, self._opens, self._quick = tuple(areas), dict(opens), quick
        self._pictures = pictures
        self._clock = SystemClock()
        self._ids = IdMaker(self._clock)
        self._watch = Watch()
        self.opened: list[str] = []
        self._seen: set[str] = set()
        self._ran: dict[str, set[str]] = {}

    def run(self) -> int:
        """Check everything; the sample's server and all files are gone afterwards."""
        if self._pictures is not None:
            self._pictures.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="campusdesk-check-", ignore_cleanup_errors=True) as folder:
            server = EmbeddedServer(Path(folder) / "server")
            try:
                self._check(server.start(), Path(folder))
            finally:
                server.stop()
        for problem in self._watch.problems:
            sys.stderr.write(f"{problem}\n")
        sys.stdout.write(f"{len(self.opened)} views opened, {len(self._watch.problems)} problems.\n")
        return 1 if self._watch.problems or not self.opened else 0

    def _check(self, server: Server, folder: Path) -> None:
        waits = ThreadScheduler(self._clock, "check")
        stores = tuple(area.store for area in self._areas)
        gate = Gate(folder / "stores", stores, self._clock, self._ids, waits.pause, open_secrets=MemoryKeychain)
        reached = gate.reach(server)
        if not has_camera_back_end():
            self._watch.note("Nothing here can read a camera: this system's media back end is missing.")
        with self._watch:
            self._check_sign_in(gate, reached.server)
            places = [self._enter(gate, reached.server, reached.people, role) for role in ROLES]
            try:
                disagree(places[1].desk, places[0].desk, [_syncer(place) for place in reversed(places)])
                for place in places:
                    self._check_person(place)
                for role in OTHERS:
                    places.append(self._enter(gate, reached.server, reached.people, role))
                    self._check_person(places[-1], whole=False)
            finally:
                for place in places:
                    place.close()
                waits.stop()

    # ------------------------------------------------------------------------------------------------------ parts

    def _look(self, scheme: str) -> Preferences:
        preferences = Preferences(Settings(theme=scheme, reduced_motion=True))
        preferences.apply_look()
        return preferences

    def _check_sign_in(self, gate: Gate, server: Server) -> None:
        for scheme, _width, _height in LOOKS:
            window = SignInWindow()
            window.connect_to(gate, self._look(scheme), ServerDialog, server)
            window.show()
            self._watch.where = f"sign-in, {scheme}"
            self._watch.check_fonts()
            self._picture(window, f"sign-in-{scheme}")
            window.open_server_dialog()
            self._picture(window, f"sign-in-server-{scheme}")
            _end(window)

    def _enter(self, gate: Gate, server: Server, people: Sequence[SamplePerson], role: str) -> Workplace:
        person = next(one for one in people if one.role == role)
        signed_in = gate.sign_in(server, person.username, person.password, keep=False)
        place = make_workplace(signed_in, self._clock, self._ids, Settings())
        self._watch.where = f"sync of the {role}"
        state = _syncer(place)()
        if state.phase is not Phase.IDLE:
            self._watch.note(state.sentence or state.phase)
        return place

    def _check_person(self, place: Workplace, *, whole: bool = True) -> None:
        profile = place.signed_in.profile
        role = main_role(profile.roles)
        shown = PersonShown(profile.name, profile.number or "", role)
        for scheme, width, height in LOOKS:
            preferences = self._look(scheme)
            window = make_window(
                place.desk, self._areas, self._opens, preferences, shown, place.link, place.signed_in, self._quick
            )
            window.show()
            window.resize(width, height)
            name = f"{role.lower()}-{scheme}-{width}"
            places = sample_places(window.book, window.desk)
            if whole:
                self._seen |= {one.page for one in places}
                self._check_places(window, name, places)
                self._check_commands(window, name, scheme, whole=True)
                self._check_palette(window, name)
            else:
                own = [one for one in places if one.page not in self._seen or one.page.startswith(_BY_ROLE)]
                self._check_places(window, name, own)
                self._check_commands(window, name, scheme, whole=False)
            _end(window)

    def _check_places(self, window: MainWindow, name: str, places: Sequence[Place]) -> None:
        for number, place in enumerate(places):
            self._watch.where = f"{name}, {place.page} {place.entity_id or ''}"
            try:
                window.show_place(place)
            except CampusError as problem:
                self._watch.note(problem.message)
                continue
            self._picture(window, f"{name}-{number:02}-{place.page}")

    def _check_commands(self, window: MainWindow, name: str, scheme: str, *, whole: bool) -> None:
        ran = self._ran.setdefault(scheme, set())
        for number, command in enumerate(window.book.commands(window.desk.actor)):
            if command.icon in _NOT_RUN or command.icon == "sun" or (command.title in ran and not whole):
                continue
            ran.add(command.title)
            self._watch.where = f"{name}, command {command.title}"
            command.run(window.desk)
            self._picture(window, f"{name}-command-{number:02}-{command.icon}")
            _close_dialog(window)

    def _check_palette(self, window: MainWindow, name: str) -> None:
        self._watch.where = f"{name}, palette"
        window.open_page(page_book.TODAY)
        window.keys.open_palette()
        self._picture(window, f"{name}-palette")
        _close_dialog(window)

    def _picture(self, window: QWidget, name: str) -> None:
        calm()
        image = window.grab()
        self.opened.append(name)
        if self._pictures is not None:
            image.save(str(self._pictures / f"{name}.png"), quality=_QUICK_PNG)


def has_camera_back_end() -> bool:
    """Tell whether Qt's media back end loads; a package that lost a part of it is silent about that."""
    # Libraries for screen capture and video cards are tried and mostly absent; nothing here needs them.
    QLoggingCategory.setFilterRules("qt.multimedia.symbolsresolver=false\nqt.multimedia.ffmpeg.info=false")
    try:
        from PySide6.QtMultimedia import QMediaFormat
    except ImportError:
        return False
    return bool(QMediaFormat().supportedVideoCodecs(QMediaFormat.ConversionMode.Decode))


def _syncer(place: Workplace) -> Callable[[], SyncState]:
    """Return what syncs; a lost answer is asked for again, as the desktop does by itself, and the last one is told."""
    engine = SyncEngine(place.signed_in.store, place.signed_in.client, place.desk.clock, place.signed_in.actor)

    def sync() -> SyncState:
        state = engine.run_once()
        for _ in range(_TRIES - 1):
            if state.phase is not Phase.OFFLINE:
                break
            cause = engine.problem.details if engine.problem is not None else {}
            sys.stderr.write(f"{state.sentence} {cause}\n")
            state = engine.run_once()
        return state

    return sync


def _close_dialog(window: QWidget) -> None:
    dialog = Dialog.opened_in(window)
    if dialog is not None:
        dialog.reject()


def _end(window: QWidget) -> None:
    _close_dialog(window)
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def check_desktop(
    areas: Sequence[DesktopArea],
    opens: Mapping[str, str],
    quick: Sequence[tuple[str, str]],
    pictures: Path | None = None,
) -> int:
    """Run the whole check; 1 with a sentence where the sample institute doesn't start."""
    try:
        return SelfCheck(areas, opens, pictures, quick).run()
    except CampusError as problem:
        sys.stderr.write(f"{problem.message}\n")
        return 1
