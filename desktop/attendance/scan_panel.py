"""The panel beside a register for scanning cards: camera or handheld reader, and what became of each scan."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QImage, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.attendance.actions import RollCall
from desktop.attendance.scan_list import ScanList, ScanShown
from desktop.attendance.scan_words import staff_words
from desktop.attendance.scanning import Scanned, Scanner
from desktop.attendance.sounds import READ, Sounds
from desktop.core.desk import Desk
from desktop.shell.photos import photo_of
from desktop.timetable.times import clock_words, local, zone_of
from desktop.widgets.announce import announce
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import Button, Kind, icon_button
from desktop.widgets.camera_reader import CameraReader
from desktop.widgets.camera_view import CameraView
from desktop.widgets.card import Panel, SectionHead, Well
from desktop.widgets.frame_source import CameraSource, FrameSource
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.reader_filter import ReaderFilter
from desktop.widgets.segmented import Segment, Segmented
from desktop.widgets.theme import theme
from shared.attendance.scans import late_from
from shared.attendance.vocabulary import Method
from shared.core.clock import instant_text, parse_instant

WIDTH = 316
CAMERA, READER = "camera", "reader"
_REMEMBERED = "scanning"


class ScanPanel(Panel):
    """Scans for one register while it is open and on show.

    ``took`` tells that marks may have changed, ``kiosk_asked`` and ``code_asked`` that the person wants those.
    """

    took = Signal()
    turned = Signal(bool)
    kiosk_asked = Signal()
    code_asked = Signal()

    def __init__(
        self, desk: Desk, roll_call: RollCall, parent: QWidget | None = None, source: FrameSource | None = None
    ) -> None:
        super().__init__("surface", parent)
        self._desk, self._roll_call = desk, roll_call
        self._zone = zone_of(desk)
        self._scanner = Scanner(desk, roll_call)
        self.sounds = Sounds(self, on=desk.settings.scan_sounds)
        self.camera = CameraReader(source or CameraSource(), desk.clock.monotonic, self)
        self.reader = ReaderFilter(self)
        self.setFixedWidth(theme().px(WIDTH))
        self.setAccessibleName(self.tr("Scan cards"))
        self._build()
        self._connect()
        self._recall()

    # ---------------------------------------------------------------------------------------------------- making

    def _build(self) -> None:
        self.body.setSpacing(10)
        head = SectionHead(self.tr("Scan cards"))
        self.on_badge = Badge(self.tr("On"), "ok", "camera")
        head.add(self.on_badge)
        head.add(icon_button("x", self.tr("Stop scanning"), "F9", kind=Kind.QUIET, on_click=self.turn_off))
        self.body.addWidget(head)
        segments = [
            Segment(CAMERA, self.tr("Camera"), "camera"),
            Segment(READER, self.tr("Handheld reader"), "scan-line"),
        ]
        self.ways = Segmented(segments, name=self.tr("Scan with"))
        self.body.addWidget(self.ways)
        self.view = CameraView()
        self.body.addWidget(self.view)
        self.hint = Well("scan-line", self.tr("Scan a card. The reader works wherever the cursor is."), "info")
        self.body.addWidget(self.hint)
        self.list = ScanList()
        scans = ScrollColumn(padding=0)
        scans.body.addWidget(self.list)
        scans.body.addStretch(1)
        self.body.addWidget(scans, 1)
        self.late = Well("clock", " ", "info")
        self.body.addWidget(self.late)
        self.code = Button(self.tr("Show the class code"), icon="monitor", on_click=self.code_asked.emit).stretch()
        self.body.addWidget(self.code)
        words = self.tr("Open kiosk on this computer")
        self.kiosk = Button(words, icon="tablet-smartphone", on_click=self.kiosk_asked.emit).stretch()
        self.body.addWidget(self.kiosk)

    def _connect(self) -> None:
        self.ways.chosen_changed.connect(self._choose_way)
        self.reader.scanned.connect(lambda text: self.take(text, Method.CARD))
        self.camera.read.connect(lambda text: self.take(text, Method.CAMERA))
        self.camera.shown.connect(self.view.show_picture)
        self.camera.problem.connect(self._camera_problem)

    def _recall(self) -> None:
        kept = self._desk.store.recall(_REMEMBERED) or {}
        self.ways.choose(kept.get("way", CAMERA))
        self._show_way()
        self.setVisible(bool(kept.get("on")))
        self.show_roll()

    # ---------------------------------------------------------------------------------------------------- on and off

    @property
    def is_on(self) -> bool:
        """Whether cards are scanned."""
        return not self.isHidden()

    def toggle(self) -> None:
        """Turn scanning on or off."""
        if self.is_on:
            self.turn_off()
        else:
            self.turn_on()

    def turn_on(self, way: str = "") -> None:
        """Scan, in the way used last or the one given."""
        if way:
            self.ways.choose(way)
        self._keep(on=True)
        self.show()
        announce(self, self.tr("Scanning is on"))
        self.turned.emit(True)

    def turn_off(self) -> None:
        """Scan no more."""
        self._keep(on=False)
        self.hide()
        announce(self, self.tr("Scanning is off"))
        self.turned.emit(False)

    def _keep(self, *, on: bool) -> None:
        self._desk.store.remember(_REMEMBERED, {"on": on, "way": self.ways.chosen})

    def _choose_way(self, _way: str) -> None:
        self._show_way()
        if self.is_on:
            self._keep(on=True)
            self._run()

    def _show_way(self) -> None:
        by_camera = self.ways.chosen == CAMERA
        self.view.setVisible(by_camera)
        self.hint.setVisible(not by_camera)
        self.on_badge.set_state(self.tr("On"), "ok", "camera" if by_camera else "scan-line")

    def _run(self) -> None:
        if not self.isVisible():
            return
        self.reader.start()
        if self.ways.chosen == CAMERA:
            self.camera.start()
        else:
            self.camera.stop()

    def showEvent(self, event: QShowEvent) -> None:
        """Scan while the register is on show."""
        super().showEvent(event)
        self._run()

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave camera and keys alone while it isn't."""
        super().hideEvent(event)
        self.camera.stop()
        self.reader.stop()

    def _camera_problem(self, sentence: str) -> None:
        self.view.show_trouble(sentence)
        tone, words = ("warn", self.tr("No camera")) if sentence else ("ok", self.tr("On"))
        self.on_badge.set_state(words, tone, "camera")
        if sentence:
            announce(self, sentence, urgent=True)

    # ---------------------------------------------------------------------------------------------------- scanning

    def take(self, text: str, method: Method) -> None:
        """Do what a scan asks for, and show and sound what became of it."""
        self.sounds.play(READ)
        scan = self._scanner.take(text, method)
        self.took.emit()
        words = staff_words(scan, self._zone)
        self.list.add(ScanShown(words, *self._face(scan)))
        self.sounds.play_result(good=scan.is_here)
        announce(self, words.spoken, urgent=not scan.is_here)

    def _face(self, scan: Scanned) -> tuple[str, str, QImage | None]:
        if scan.row is None:
            return "", "", None
        member = scan.row.member
        return member.name, member.number, photo_of(self._desk.store, member.person_id)

    def show_roll(self) -> None:
        """Show what depends on the class: from when a scan is late."""
        session = self._roll_call.roll.session
        self.late.setVisible(session is not None)
        self.code.setVisible(session is not None and self._roll_call.roll.refusal is None)
        self.kiosk.setVisible(session is not None and self._roll_call.roll.refusal is None)
        if session is None or self.late.words is None:
            return
        late = clock_words(local(instant_text(late_from(session)), self._zone))
        start = clock_words(local(session["starts_at"], self._zone))
        words = self.tr("A scan after {late} is marked late. The class started at {start}.")
        if self._desk.clock.now() < parse_instant(session["starts_at"]):
            words = self.tr("A scan after {late} is marked late. The class starts at {start}.")
        self.late.words.setText(words.format(late=late, start=start))
