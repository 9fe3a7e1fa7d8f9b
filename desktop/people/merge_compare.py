"""Two entries beside each other: which of them stays, and where they differ whose value does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.rights_api import table_words
from desktop.people.role_store import role_names
from desktop.people.words import field_word, state_word
from desktop.shell.times import local_now, short_date
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card, Line, Well
from desktop.widgets.label import Label
from desktop.widgets.theme import theme
from desktop.widgets.tiles import ChoiceTile
from shared.core.text import text
from shared.people.merge_rules import PHOTO, Side

_LABEL = 150
Body = Mapping[str, Any]


class CompareCard(Card):
    """``changed`` says that another choice was made, ``merge_wanted`` that these are one, ``left`` that they aren't."""

    changed = Signal()
    merge_wanted = Signal()
    left = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Which entry stays"), parent=parent)
        self._desk = desk
        self.shown: Body = {}
        self.choices: dict[str, str] = {}
        self.tiles: dict[str, tuple[ChoiceTile, ChoiceTile]] = {}
        self._groups: list[QButtonGroup] = []
        self._holder: QWidget | None = None
        self.obstacle = Well("circle-alert", "", "bad")
        self.obstacle_words = Label("", "body", "bad", wrap=True)
        self.obstacle.body.addWidget(self.obstacle_words)
        self.add(self.obstacle)
        self.result = Label("", "small", "text2", wrap=True)
        self.add(self.result)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(secondary(self.tr("Leave them apart"), on_click=self.left.emit))
        self.merge_button = primary(self.tr("Merge 2 entries"), "users", self.merge_wanted.emit)
        row.addWidget(self.merge_button)
        self.add(row)

    def show_preview(self, shown: Body) -> None:
        """Show what the server says merging would do."""
        self.shown = shown
        self._groups, self.tiles = [], {}
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        grid.setColumnMinimumWidth(0, theme().px(_LABEL))
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        self._add_heads(grid, shown)
        grid.addWidget(Line(), 1, 0, 1, 3)
        for row, line in enumerate(shown["fields"], 2):
            self._add_line(grid, row, line)
        self._replace(holder)
        self._show_result(shown)

    def _replace(self, holder: QWidget) -> None:
        if self._holder is not None:
            self.body.replaceWidget(self._holder, holder)
            self._holder.setParent(None)
            self._holder.deleteLater()
        else:
            self.body.insertWidget(self.body.indexOf(self.obstacle), holder)
        self._holder = holder

    def _add_heads(self, grid: QGridLayout, shown: Body) -> None:
        grid.addWidget(Label(self.tr("Entry that stays"), "body-strong", wrap=True), 0, 0)
        heads = [ChoiceTile(shown[side]["name"], self._detail(shown[side])) for side in ("stays", "goes")]
        group = QButtonGroup(self)
        self._groups.append(group)
        for place, tile in enumerate(heads, 1):
            tile.setAutoExclusive(False)
            tile.setChecked(place == 1)
            group.addButton(tile)
            grid.addWidget(tile, 0, place)
        heads[1].clicked.connect(lambda _checked=False: self.swap())
        self.tiles["entry"] = (heads[0], heads[1])

    def _detail(self, side: Body) -> str:
        names = role_names(self._desk.store, self._desk.actor.organisation_id)
        roles = ", ".join(names.get(role, role) for role in side["roles"])
        rows = ", ".join(f"{table_words(table)} {n}" for table, n in side["rows"].items())
        signs_in = text("signs in with a password") if side["signs_in"] else ""
        return " · ".join(part for part in (state_word(side["state"]), roles, signs_in, rows) if part)

    def _add_line(self, grid: QGridLayout, row: int, line: Body) -> None:
        word = self.tr("Photo") if line["name"] == PHOTO else field_word(line["name"])
        if not line["differs"]:
            value = line["stays"] or line["goes"]
            if value:
                grid.addWidget(Label(word, "body", "text2"), row, 0)
                told = self.tr("There is one") if line["name"] == PHOTO else self._told(line["name"], value)
                grid.addWidget(Label(told, "body", wrap=True), row, 1, 1, 2)
            return
        grid.addWidget(Label(word, "body-strong", wrap=True), row, 0)
        group = QButtonGroup(self)
        self._groups.append(group)
        tiles = []
        for place, side in enumerate((Side.STAYS, Side.GOES), 1):
            told = self._told(line["name"], line[str(side)])
            if line["name"] == PHOTO:
                told = self.tr("Photo of the entry that stays") if place == 1 else self.tr("Photo of the other entry")
            tile = ChoiceTile(told)
            tile.setAutoExclusive(False)
            tile.setAccessibleName(f"{word}: {told}")
            tile.setChecked(line["side"] == side)
            tile.clicked.connect(partial(self._choose, line["name"], str(side)))
            group.addButton(tile)
            grid.addWidget(tile, row, place)
            tiles.append(tile)
        self.tiles[line["name"]] = (tiles[0], tiles[1])

    def _told(self, name: str, value: object) -> str:
        if name == "date_of_birth" and value:
            return short_date(date.fromisoformat(str(value)), local_now(self._desk).date())
        return str(value)

    def _show_result(self, shown: Body) -> None:
        obstacles = shown["obstacles"]
        self.obstacle.setVisible(bool(obstacles))
        self.obstacle_words.setText(" ".join(obstacles))
        self.merge_button.setEnabled(not obstacles)
        words = self.tr(
            "{name} stays. What the other entry has comes along: enrolments, marks, attendance, kit and letters. Its"
            " sign-ins end. It can be undone on the page of the person."
        )
        self.result.setText(words.format(name=shown["stays"]["name"]))

    def _choose(self, name: str, side: str, _checked: bool = False) -> None:
        self.choices[name] = side
        self.changed.emit()

    def swap(self) -> None:
        """Let the other entry stay; what was chosen field by field keeps its values."""
        turned = {str(Side.STAYS): str(Side.GOES), str(Side.GOES): str(Side.STAYS)}
        self.choices = {name: turned[side] for name, side in self.choices.items()}
        self.shown = {**self.shown, "stays": self.shown["goes"], "goes": self.shown["stays"]}
        self.changed.emit()
