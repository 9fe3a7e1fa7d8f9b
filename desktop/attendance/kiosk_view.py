"""What a kiosk shows and does: one person at a time, by card, camera or typed number, and no list of anyone."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QImage, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.attendance.actions import RollCall
from desktop.attendance.kiosk_card import KioskCard
from desktop.attendance.scan_words import kiosk_words
from desktop.attendance.scanning import Scanned, Scanner, corrected_now
from desktop.attendance.sounds import READ, Sounds
from desktop.core.desk import Desk
from desktop.core.sync_state import Phase
from desktop.shell.logo import LogoTile
from desktop.shell.page import follow
from desktop.shell.photos import photo_of
from desktop.timetable.store import lines_of
from desktop.timetable.times import clock_words, zone_of
from desktop.widgets.announce import announce
from desktop.widgets.camera_reader import CameraReader
from desktop.widgets.camera_view import CameraView
from desktop.widgets.frame_source import CameraSource, FrameSource
from desktop.widgets.icons import draw_icon
from desktop.widgets.label import IconText, Label
from desktop.widgets.reader_filter import ReaderFilter
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import theme
from shared.attendance.vocabulary import AttendanceState, Method

CARD_SECONDS = 3.0
"""How long a result stays; the next scan takes its place at once."""
TYPED_SECONDS = 15.0
"""After so many seconds a number left half typed is taken away."""
_TICK_MS = 50
_FIELD_ICON = 22
_COMPACT_BELOW = 840
_HERE = (AttendanceState.PRESENT, AttendanceState.LATE, AttendanceState.LEFT_EARLY)


class NumberField(TextField):
    """The big field for a student's number."""

    def __init__(self, *, placeholder: str, sized: str, name: str) -> None:
        super().__init__(placeholder=placeholder, sized=sized, name=name)
        self.setFixedWidth(theme().px(360))
        self.setMaxLength(40)
        self.setTextMargins(_FIELD_ICON + 18, 0, 0, 0)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field with a card."""
        super().paintEvent(event)
        top = (self.height() - _FIELD_ICON) / 2
        left = self.width() - 16 - _FIELD_ICON if theme().right_to_left else 16
        draw_icon(QPainter(self), "id-card", left, top, _FIELD_ICON, theme().colour("text2"))


class KioskView(QWidget):
    """A kiosk for the class session `session_id`; `tick` moves its time and is called by a timer of its own."""

    def __init__(self, desk: Desk, session_id: str, source: FrameSource | None = None) -> None:
        super().__init__()
        self._desk = desk
        self._zone = zone_of(desk)
        self.roll_call = RollCall(desk, session_id)
        self._scanner = Scanner(desk, self.roll_call)
        self.sounds = Sounds(self, on=desk.settings.scan_sounds)
        self.camera = CameraReader(source or CameraSource(), desk.clock.monotonic, self)
        self.reader = ReaderFilter(self)
        self._until = self._typed_at = 0.0
        self._build()
        self._connect()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)
        self.tick()

    # ---------------------------------------------------------------------------------------------------- making

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(40, 32, 40, 28)
        column.setSpacing(10)
        column.addLayout(self._make_head())
        column.addStretch(2)
        centre = Qt.AlignmentFlag.AlignHCenter
        self.card = KioskCard()
        self.card.hide()
        column.addWidget(self.card, 0, centre)
        self.view = CameraView(size=QSize(480, 300))
        self.view.setFixedWidth(480)
        column.addWidget(self.view, 0, centre)
        column.addStretch(1)
        self.prompt = Label("", "kiosk-prompt")
        self.hint = Label(self.tr("or type your student number and press Enter"), "kiosk-hint", "text2")
        column.addWidget(self.prompt, 0, centre)
        column.addWidget(self.hint, 0, centre)
        column.addSpacing(8)
        name = self.tr("Student number")
        self.number = NumberField(placeholder=self._number_begins(), sized="kiosk", name=name)
        column.addWidget(self.number, 0, centre)
        column.addStretch(1)
        column.addLayout(self._make_foot())

    def _make_head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(LogoTile(40))
        words = QVBoxLayout()
        words.setSpacing(0)
        [line] = lines_of(self._desk, [dict(self.roll_call.roll.session or {})])
        words.addWidget(Label(line.cohort, "kiosk-hint-strong"))
        times = self.tr("{start} to {end}").format(start=clock_words(line.starts), end=clock_words(line.ends))
        parts = [line.room, line.instructor, times]
        words.addWidget(Label(" · ".join(part for part in parts if part), "kiosk-note", "text2"))
        head.addLayout(words)
        head.addStretch(1)
        self.clock = Label("", "kiosk-greeting")
        head.addWidget(self.clock)
        return head

    def _make_foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        self.saved = IconText("hard-drive", "", "ok", step="kiosk-note", text_tone="text2")
        foot.addWidget(self.saved)
        foot.addStretch(1)
        foot.addWidget(Label(self.tr("Staff: Ctrl Shift K to leave"), "kiosk-note", "muted"))
        return foot

    def _number_begins(self) -> str:
        """What all numbers of the class begin with before their digits, such as `S-`."""
        begins = {row.member.number.rstrip("0123456789") for row in self.roll_call.roll.rows}
        return begins.pop() if len(begins) == 1 else ""

    def _connect(self) -> None:
        self.number.returnPressed.connect(self._typed)
        self.number.textEdited.connect(self._typing)
        self.reader.scanned.connect(self.take)
        self.camera.read.connect(self.take)
        self.camera.shown.connect(self.view.show_picture)
        self.camera.problem.connect(self._camera_problem)
        follow(self._desk.store, self, lambda _changed: self.roll_call.refresh())

    # ---------------------------------------------------------------------------------------------------- scanning

    def take(self, text: str) -> Scanned:
        """Do what a scanned card asks for."""
        self.sounds.play(READ)
        return self._show(self._scanner.take(text, Method.KIOSK), by_hand=False)

    def _typed(self) -> None:
        number = self.number.text().strip()
        self.number.clear()
        if number:
            self._show(self._scanner.take_number(number, Method.KIOSK), by_hand=True)

    def _typing(self, _text: str) -> None:
        self._typed_at = self._desk.clock.monotonic()

    def _show(self, scan: Scanned, *, by_hand: bool) -> Scanned:
        words = kiosk_words(scan, self._zone, by_hand=by_hand)
        member = scan.row.member if scan.row else None
        name, number = (member.name, member.number) if member else ("", "")
        self.card.show_words(words, name, number, self._photo(scan), self._count() if scan.is_here else "")
        self._until = self._desk.clock.monotonic() + CARD_SECONDS
        self.tick()
        self.sounds.play_result(good=scan.is_here)
        announce(self, words.spoken, urgent=not scan.is_here)
        return scan

    def _photo(self, scan: Scanned) -> QImage | None:
        return photo_of(self._desk.store, scan.row.member.person_id) if scan.row else None

    def _count(self) -> str:
        roll = self.roll_call.roll
        here = sum(roll.counts.get(state, 0) for state in _HERE)
        return self.tr("{here} of {all}").format(here=here, all=len(roll.rows))

    # ---------------------------------------------------------------------------------------------------- time

    def tick(self) -> None:
        """Show the clock, let the card go when its time is over, and forget a number left half typed."""
        now = self._desk.clock.monotonic()
        self.clock.setText(clock_words(corrected_now(self._desk)))
        left = self._until - now
        showing = left > 0 and self.card.words is not None
        if self.card.words is not None:
            self.card.left.show_left(left / CARD_SECONDS, self.card.words.tone)
        camera = self.camera.is_on and not self.camera.trouble
        # One goes before the other comes, else a low screen would have to hold both.
        if showing:
            self.view.hide()
            self.card.show()
        else:
            self.card.hide()
            self.view.setVisible(self.camera.is_on)
        self.prompt.setText(self.tr("Hold your card to the camera") if camera else self.tr("Scan your card"))
        if self.number.text() and now - self._typed_at > TYPED_SECONDS:
            self.number.clear()
        self._show_saved()

    def _show_saved(self) -> None:
        if self._desk.sync_state().phase in {Phase.OFFLINE, Phase.SIGNED_OUT}:
            words = self.tr("Working offline. Attendance is saved on this computer.")
            self.saved.set_state("cloud-off", words, "warn")
        else:
            self.saved.set_state("hard-drive", self.tr("Attendance is saved on this computer."), "ok")

    def _camera_problem(self, sentence: str) -> None:
        self.view.show_trouble(sentence)
        self.tick()
        if sentence:
            announce(self, sentence, urgent=True)

    def run(self) -> None:
        """Take cards."""
        self._timer.start()
        self.reader.start()
        self.camera.start()
        self.tick()
        self.number.setFocus()

    def pause(self) -> None:
        """Take none, as while someone types a password, and show nobody."""
        self._until = 0.0
        self.tick()
        self._timer.stop()
        self.reader.stop()
        self.camera.stop()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin."""
        super().showEvent(event)
        self.run()

    def hideEvent(self, event: QHideEvent) -> None:
        """Let camera and keys go."""
        super().hideEvent(event)
        self.pause()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Be smaller on a low screen."""
        super().resizeEvent(event)
        self.card.set_compact(self.height() < theme().px(_COMPACT_BELOW))
