"""One entry of the log of all changes: each field before and after, and who did it, where and with what."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.audit_words import Body, about_words, act_words, kind_of, note_facts, value_words
from desktop.shell.times import instant_words, zone_of
from desktop.widgets.card import Card, SectionHead
from desktop.widgets.label import Label
from desktop.widgets.layouts import ScrollColumn

WIDTH = 330
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


class AuditDetail(Card):
    """Shows the chosen entry; says what to do while none is."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, padded=False)
        self._desk = desk
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(self.tr("Entry"))
        self.content = ScrollColumn()
        self.content.body.setContentsMargins(0, 0, 0, 0)
        self.content.body.setSpacing(8)
        self.add(self.content, 1)
        self.show_entry(None)

    def show_entry(self, entry: Body | None) -> None:
        """Show an entry, or what to do."""
        while (item := self.content.body.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
        if entry is None:
            words = self.tr("Choose an entry to see what it was before and after.")
            self.content.body.addWidget(Label(words, "small", "muted", wrap=True))
        else:
            self._show(entry)
        self.content.body.addStretch(1)

    def _show(self, entry: Body) -> None:
        column = self.content.body
        column.addWidget(SectionHead(act_words(entry)))
        if about := about_words(entry):
            column.addWidget(Label(about, "body", "text2", wrap=True))
        for change in entry["changes"]:
            column.addWidget(Label(kind_of(change["field"]), "small-medium", "text2"))
            column.addWidget(self._line(self.tr("Before"), self._value(change["before"]), "muted"))
            column.addWidget(self._line(self.tr("After"), self._value(change["after"]), "text"))
        if entry["type"] and not entry["changes"]:
            words = self.tr("What it held was erased, as the law asks; that it happened stays.")
            column.addWidget(Label(words, "small", "muted", wrap=True))
        for name, value in [] if entry["type"] else note_facts(str(entry["note"])):
            column.addWidget(Label(name, "small-medium", "text2"))
            column.addWidget(Label(self._value(value), "small", wrap=True))
        when = self._value(entry["at"])
        column.addWidget(Label(self.tr("Where from"), "small-medium", "text2"))
        for name, value in (
            (self.tr("When"), when),
            (self.tr("Who"), entry["actor_name"]),
            (self.tr("Computer"), entry["device_name"]),
            (self.tr("Address"), entry["address"]),
            (self.tr("Program"), entry["user_agent"]),
            (self.tr("Number"), str(entry["audit_seq"])),
        ):
            if value:
                column.addWidget(self._line(name, value, "text"))

    def _value(self, value: Any) -> str:
        """Return a value in words, and an instant as a time of this place."""
        if isinstance(value, str) and _INSTANT.fullmatch(value):
            return instant_words(value, zone_of(self._desk), self._desk.clock.now())
        return value_words(value)

    def _line(self, name: str, value: str, tone: str) -> QWidget:
        line = QWidget()
        grid = QGridLayout(line)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        first = Label(name, "small", "muted")
        first.setFixedWidth(72)
        grid.addWidget(first, 0, 0)
        grid.addWidget(Label(value, "small", tone, wrap=True), 0, 1)
        grid.setColumnStretch(1, 1)
        return line
