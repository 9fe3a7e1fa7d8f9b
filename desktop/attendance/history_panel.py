"""Everything ever said about one mark: in class and by the office side by side, then every observation."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.attendance.leave_words import STATE_LOOKS, told
from desktop.attendance.store import Body, MarkRow
from desktop.attendance.words import LOOKS, mark_words, method_words
from desktop.timetable.times import local, moment_words
from desktop.widgets.avatar import Avatar
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import Button, Kind, icon_button
from desktop.widgets.card import Line, Panel, SectionHead
from desktop.widgets.label import IconText, Label
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.theme import theme
from shared.attendance.rules import is_derived

WIDTH = 312


class HistoryPanel(Panel):
    """Shows one row; ``closed`` and ``decide`` (the conflict's id) are for the page."""

    closed = Signal()
    decide = Signal(str)

    def __init__(self, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent)
        self._zone = zone
        self._row: MarkRow | None = None
        self._today_shown = ""
        self.setFixedWidth(theme().px(WIDTH))
        self.setAccessibleName(self.tr("History of the mark"))
        head = SectionHead(self.tr("History of the mark"))
        head.add(icon_button("x", self.tr("Close"), kind=Kind.QUIET, on_click=self.closed.emit))
        self.body.addWidget(head)
        who = QHBoxLayout()
        who.setSpacing(10)
        self.avatar = Avatar(size=32)
        who.addWidget(self.avatar)
        self.name = Label("", "body-strong", wrap=True)
        who.addWidget(self.name, 1)
        self.body.addLayout(who)
        self._scroll = ScrollColumn(padding=0)
        self._scroll.body.setSpacing(8)
        self.body.addWidget(self._scroll, 1)
        self._parts: list[QWidget] = []

    def show_row(self, row: MarkRow | None, today: object) -> None:
        """Show another mark; `today` is the institute's date."""
        if row == self._row and str(today) == self._today_shown:
            return
        self._row, self._today_shown = row, str(today)
        for part in self._parts:
            part.hide()
            part.deleteLater()
        self._parts = []
        while self._scroll.body.count():
            self._scroll.body.takeAt(0)
        if row is None:
            self.name.setText("")
            return
        self.avatar.set_person(row.member.name, row.member.number)
        self.name.setText(row.member.name)
        self._add(self._sides(row))
        if row.conflict_id is not None:
            conflict_id = row.conflict_id
            words = self.tr("Two people disagree about this mark. The first one stands until someone chooses.")
            self._add(Label(words, "small", "bad", wrap=True))
            choose = Button(self.tr("Choose which one counts"), icon="git-compare-arrows")
            choose.clicked.connect(lambda: self.decide.emit(conflict_id))
            self._add(choose)
        for request in row.member.leave:
            tone, _ = STATE_LOOKS[request["state"]]
            self._add(Label(told(request), "small", tone, wrap=True))
        self._add(Line())
        gone = {old for one in row.observations for old in one.get("supersedes") or ()}
        for one in reversed(row.observations):
            self._add(self._entry(one, replaced=one["id"] in gone, today=today))
        if not row.observations:
            self._add(Label(self.tr("Nothing is recorded yet."), "small", "muted", wrap=True))
        self._scroll.body.addStretch(1)

    def _add(self, part: QWidget) -> None:
        self._parts.append(part)
        self._scroll.body.addWidget(part)

    def _sides(self, row: MarkRow) -> QWidget:
        box = QWidget()
        line = QHBoxLayout(box)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(self._side(self.tr("In class"), row.in_class), 1)
        line.addWidget(self._side(self.tr("Office"), row.by_office), 1)
        return box

    def _side(self, title: str, observation: Body | None) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(Label(title, "small", "muted"))
        if observation is None:
            column.addWidget(Label("–", "body-medium", "text2"))
            box.setAccessibleName(self.tr("{side}: nothing").format(side=title))
        else:
            column.addWidget(_badge(observation), 0, Qt.AlignmentFlag.AlignLeft)
            author = observation.get("author_name") or ""
            column.addWidget(Label(author, "small", "text2", wrap=True))
            mark = mark_words(observation["state"], observation.get("minutes"))
            box.setAccessibleName(f"{title}: {mark}, {author}")
        column.addStretch(1)
        return box

    def _entry(self, one: Body, *, replaced: bool, today: object) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(_badge(one))
        head.addStretch(1)
        when = moment_words(local(one["observed_at"], self._zone), today)  # type: ignore[arg-type]  # instants are text
        head.addWidget(Label(when, "small", "muted"))
        column.addLayout(head)
        parts = [one.get("author_name") or self.tr("unknown"), method_words(one), one.get("device_name") or ""]
        column.addWidget(Label(" · ".join(part for part in parts if part), "small", "text2", wrap=True))
        if one.get("note"):
            column.addWidget(Label(str(one["note"]), "small", "text", wrap=True))
        for icon, words, tone in self._flags(one, replaced=replaced):
            column.addWidget(IconText(icon, words, tone, step="small"))
        spoken = [mark_words(one["state"], one.get("minutes")), *parts, when]
        spoken += [words for _, words, _ in self._flags(one, replaced=replaced)]
        box.setAccessibleName(", ".join(part for part in spoken if part))
        return box

    def _flags(self, one: Body, *, replaced: bool) -> list[tuple[str, str, str]]:
        flags = []
        if is_derived(one):
            flags.append(("file-text", self.tr("Follows from the approved request"), "vio"))
        elif one.get("office"):
            flags.append(("building-2", self.tr("By the office"), "text2"))
        if one.get("clock_flagged"):
            flags.append(("clock", self.tr("The clock of this device was off"), "warn"))
        if not one.get("ordinal"):
            flags.append(("cloud-upload", self.tr("Not on the server yet"), "warn"))
        if replaced:
            flags.append(("history", self.tr("Replaced by a later one"), "muted"))
        return flags


def _badge(observation: Body) -> Badge:
    look = LOOKS[observation["state"]]
    words = mark_words(observation["state"], observation.get("minutes"))
    return Badge(words, look.tone, look.icon, size="badge-table")
