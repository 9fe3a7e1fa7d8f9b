"""The Today page: greeting, quick actions, counters that are links, the classes of the day, what happened lately."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop.core.area import PaletteCommand
from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.shell import page_book
from desktop.shell.page import follow
from desktop.shell.page_book import PageBook
from desktop.shell.times import clock_words, instant_words, long_date, short_date, zone_of
from desktop.shell.today_store import ClassLine, Today, read_today, sees_everything, works_with_registers
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import Button
from desktop.widgets.card import Card
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.label import Label
from desktop.widgets.layouts import PageHead, ScrollColumn
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.progress import Skeleton
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.segmented import Segment, Segmented
from desktop.widgets.theme import theme
from desktop.widgets.tiles import CounterTile

REGISTER_PAGE, REGISTERS_PAGE, TIMETABLE_PAGE = "attendance.register", "attendance.registers", "timetable.sessions"
OWN_PAGE = "attendance.own"
_MINUTE_MS = 60_000
_NARROW = 1000
_QUICK = 3
_TODAY, _MISSING = "today", "missing"


def greeting(now: datetime, given_name: str, words: Callable[[str], str]) -> str:
    """Return "Good afternoon, Grace" for the time of day."""
    if now.hour < 12:
        template = words("Good morning, {name}")
    else:
        template = words("Good afternoon, {name}") if now.hour < 17 else words("Good evening, {name}")
    return template.format(name=given_name)


class TodayPage(ScrollColumn):
    """What a person needs first in the morning, and never a chart."""

    loaded = Signal()

    def __init__(self, desk: Desk, book: PageBook, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk, self._book = desk, book
        self.shown: Today | None = None
        self._loading = self._again = False
        self.setWindowTitle(self.tr("Today"))
        self.head = PageHead("")
        for command in self._quick_actions():
            self.head.add_button(Button(command.title, icon=command.icon, on_click=self._starter(command)))
        self.body.addWidget(self.head)
        self._add_counters()
        self._add_cards()
        self.body.addStretch(1)
        self._greet()
        follow(desk.store, self, self._changed)
        self._minutes = QTimer(self)
        self._minutes.setInterval(_MINUTE_MS)
        self._minutes.timeout.connect(self.reload)
        self._minutes.start()
        self.reload()

    # ------------------------------------------------------------------------------------------------------ building

    def _quick_actions(self) -> list[PaletteCommand]:
        """What this person most often makes here."""
        return [one for one in self._book.quick if one.may(self._desk.actor)][:_QUICK]

    def _starter(self, command: PaletteCommand) -> Callable[[], None]:
        return lambda: command.run(self._desk)

    def _add_counters(self) -> None:
        row = QGridLayout()
        row.setSpacing(16)
        everything = sees_everything(self._desk)
        self.not_taken = CounterTile("clipboard-check", "bad", 0, self.tr("registers not taken"))
        self.walk_ins = CounterTile("user-plus", "vio", 0, self.tr("walk-ins to confirm"))
        self.classes = CounterTile("calendar", "vio", 0, self.tr("classes today"))
        self.decisions = CounterTile("git-compare-arrows", "warn", 0, self.tr("need a decision"))
        self.waiting = CounterTile("cloud-upload", "info", 0, self.tr("changes waiting"))
        self.not_taken.clicked.connect(lambda: self._show(_MISSING))
        self.classes.clicked.connect(lambda: self._show(_TODAY))
        self.walk_ins.clicked.connect(self._open_walk_ins)
        self.decisions.clicked.connect(lambda: self._desk.open(page_book.SYNC, decide=True))
        self.waiting.clicked.connect(lambda: self._desk.open(page_book.SYNC, only="waiting"))
        second = self.walk_ins if everything else self.classes
        self._taking = works_with_registers(self._desk)
        first = (self.not_taken,) if self._taking else ()
        self.counters = (*first, second, self.decisions, self.waiting)
        for place, tile in enumerate(self.counters):
            row.addWidget(tile, 0, place)
        self.body.addLayout(row)

    def _add_cards(self) -> None:
        self._cards = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._cards.setSpacing(16)
        self._cards.addWidget(self._make_classes(), 9)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        for card in (make(self._desk, None, {}) for make in self._book.today):
            if isinstance(card, QWidget):
                column.addWidget(card)
        column.addWidget(self._make_activity(), 1)
        self._cards.addWidget(side, 4)
        self.body.addLayout(self._cards)

    def _make_classes(self) -> QWidget:
        card = Card(self.tr("Classes today"), padded=False)
        self.view = Segmented(
            (Segment(_TODAY, self.tr("Today")), Segment(_MISSING, self.tr("Not taken"))), name=self.tr("Classes")
        )
        self.view.chosen_changed.connect(lambda _view: self._fill_table())
        if card.head is not None:
            if self._taking:
                card.head.add(self.view)
            timetable = self._timetable()
            if timetable is not None:
                open_it = lambda: self._desk.open(timetable)  # noqa: E731 - one line at its only place
                card.head.add(Button(self.tr("Open timetable"), icon="calendar", small=True, on_click=open_it))
        self._source: ListSource[ClassLine] = ListSource(
            lambda line: line.id,
            {"time": lambda line: line.starts.isoformat(), "class": lambda line: line.name,
             "room": lambda line: line.room, "instructor": lambda line: line.instructor},
            name_key="class",
        )  # fmt: skip
        self.table = RecordTable(self._source, self._columns(), name=self.tr("Classes today"), embedded=True)
        self.table.opened.connect(self._open_class)
        self.table.clicked.connect(self._clicked)
        holder = QWidget()
        self._classes_stack = QStackedLayout(holder)
        self._classes_stack.addWidget(Skeleton(5, photo=False))
        self._classes_stack.addWidget(self.table)
        self.empty = EmptyState("calendar", self.tr("No classes today"), self.tr("Planned classes appear here."))
        self.empty.setMinimumHeight(theme().px(240))
        self._classes_stack.addWidget(self.empty)
        card.body.addWidget(holder)
        card.body.addStretch(1)
        return card

    def _timetable(self) -> str | None:
        """The page of classes that this person has: everyone's, or a student's own."""
        if self._taking:
            return self._book.first(TIMETABLE_PAGE)
        entry = self._book.entry_for(TIMETABLE_PAGE, self._desk.actor)
        return entry.page if entry is not None else None

    def _columns(self) -> list[Column]:
        columns = [
            Column("time", self.tr("Time"), self._time, width=84),
            Column("class", self.tr("Class"), lambda line: line.name, width=150, stretch=True),
            Column("room", self.tr("Room"), lambda line: line.room, CellKind.MUTED, width=96),
            Column("instructor", self.tr("Instructor"), lambda line: Cell(line.instructor,
                   number=line.instructor_number), CellKind.PERSON, width=172),
            Column("present", self.tr("Present"), lambda line: line.present, CellKind.NUMBER, width=84, sortable=False),
            Column("register", self.tr("Register"), lambda line: Cell(line.badge[0], line.badge[1], line.badge[2]),
                   CellKind.BADGE, width=132, sortable=False),
        ]  # fmt: skip
        return columns if self._taking else columns[:4]

    def _time(self, line: ClassLine) -> str:
        if line.today or self.shown is None:
            return clock_words(line.starts)
        return f"{short_date(line.starts.date(), self.shown.now.date())} {clock_words(line.starts)}"

    def _make_activity(self) -> QWidget:
        card = Card(self.tr("Recent activity"), padded=False)
        self.activity = RowList(name=self.tr("Recent activity"))
        self.activity.pressed.connect(self._open_activity)
        card.body.addWidget(self.activity)
        self.quiet = Label(self.tr("What you and others save appears here."), "small", "muted", wrap=True)
        self.quiet.setContentsMargins(16, 16, 16, 16)
        card.body.addWidget(self.quiet)
        card.body.addStretch(1)
        return card

    # ------------------------------------------------------------------------------------------------------ reading

    def _changed(self, _changed: Changed) -> None:
        self.reload()

    def reload(self) -> None:
        """Read everything anew in the background; news that comes meanwhile is read afterwards."""
        if self._loading:
            self._again = True
            return
        self._loading = True
        run_in_background(lambda: read_today(self._desk), self._show_today, None, self)

    def _show_today(self, today: Today) -> None:
        self.shown = today
        self._loading = False
        self._greet()
        self._show_counters(today)
        self._fill_table()
        zone, now = zone_of(self._desk), today.now
        rows = [
            RowContent(one.id, one.title, one.detail, icon=one.icon, tone=one.tone,
                       end=instant_words(one.at, zone, now).replace(self.tr("today "), ""))
            for one in today.activity
        ]  # fmt: skip
        if rows != [row.content for row in self.activity.rows]:
            self.activity.set_rows(rows)
        self.quiet.setVisible(not rows)
        self.loaded.emit()
        if self._again:
            self._again = False
            self.reload()

    def _greet(self) -> None:
        now = self.shown.now if self.shown else self._desk.clock.now().astimezone(zone_of(self._desk))
        date_words = long_date(now.date())
        term = self.shown.term if self.shown else ""
        given = self._desk.actor.name.split(" ")[0] if self._desk.actor.name else ""
        self.head.set_words(greeting(now, given, self.tr), f"{date_words} · {term}" if term else date_words)

    def _show_counters(self, today: Today) -> None:
        pending = self._desk.store.pending()
        missing = " · ".join(dict.fromkeys(line.name for line in today.missing))
        self.not_taken.set_count(
            len(today.missing), self.tr("registers not taken"), missing or self.tr("All are taken")
        )
        self.walk_ins.set_count(
            today.walk_ins, self.tr("walk-ins to confirm"), today.walk_in_names or self.tr("Nobody waits")
        )
        coming = today.next_class
        foot = self.tr("Next at {time}").format(time=clock_words(coming.starts)) if coming else self.tr("None to come")
        self.classes.set_count(len(today.classes), self.tr("classes today"), foot)
        decisions = self._desk.sync_state().decisions
        words = self.tr("needs a decision") if decisions == 1 else self.tr("need a decision")
        self.decisions.set_count(
            decisions, words, self.tr("Both versions are kept") if decisions else self.tr("Nothing to decide")
        )
        count = pending.waiting + pending.sending
        words = self.tr("change waiting") if count == 1 else self.tr("changes waiting")
        self.waiting.set_count(
            count, words, self.tr("Saved on this computer") if count else self.tr("Everything is on the server")
        )

    def _lines(self) -> Sequence[ClassLine]:
        if self.shown is None:
            return ()
        return self.shown.missing if self.view.chosen == _MISSING else self.shown.classes

    def _fill_table(self) -> None:
        if self.shown is None:
            return
        self._source.set_rows(self._lines())
        self.table.refresh()
        count = len(self.shown.missing)
        self.view.set_text(_MISSING, self.tr("Not taken · {count}").format(count=count) if count else
                           self.tr("Not taken"))  # fmt: skip
        if self.view.chosen == _MISSING:
            self.empty.set_words(self.tr("Every register is taken"), self.tr("A class without one appears here."))
        else:
            self.empty.set_words(self.tr("No classes today"), self.tr("Planned classes appear here."))
        self._classes_stack.setCurrentIndex(1 if self._lines() else 2)

    # ------------------------------------------------------------------------------------------------------ opening

    def _show(self, view: str) -> None:
        self.view.choose(view)
        self.table.setFocus()
        self.ensureWidgetVisible(self.table)

    def _clicked(self, index: object) -> None:
        session = self.table.current_id()
        if session:
            self._open_class(session)

    def _open_class(self, session: str) -> None:
        """Open the register of a class; a student, who has none, his or her own attendance."""
        if self._taking:
            self._desk.open(REGISTER_PAGE, session)
        elif OWN_PAGE in self._book.pages:
            self._desk.open(OWN_PAGE)

    def _open_walk_ins(self) -> None:
        page = self._book.first(REGISTERS_PAGE)
        if page is not None:
            self._desk.open(page, None, tab="walk_ins")

    def _open_activity(self, identity: str) -> None:
        sort, _, target = identity.partition(":")
        if sort == "register":
            self._desk.open(REGISTER_PAGE, target)
        elif sort == "conflict":
            self._desk.open(page_book.SYNC, decide=True)
        else:
            self._desk.open(page_book.SYNC)

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page."""
        opened = self.tr("Open the register") if self._taking else self.tr("Open my attendance")
        return [(self.tr("Up, Down"), self.tr("Move in the list of classes")), ("Enter", opened)]

    def first_focus(self) -> QWidget:
        """Return the table of classes once it is there."""
        return self.table if self.table.isVisible() else self

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the cards below each other where the page is narrow."""
        super().resizeEvent(event)
        narrow = self.viewport().width() < theme().px(_NARROW)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._cards.direction() is not way:
            self._cards.setDirection(way)
