"""Backups: whether there is a sound one, how old and how large; one now; how often, where and how many are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.shell.online_page import OnlinePage, Row
from desktop.shell.page import tell
from desktop.shell.times import instant_words, local_now, zone_of
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card, Well
from desktop.widgets.check import Check
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.combo import Combo
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.field import Field
from desktop.widgets.layouts import FactGrid
from desktop.widgets.number_field import NumberField
from desktop.widgets.progress import Progress
from shared.core.clock import parse_instant
from shared.core.errors import CampusError

BACKUPS_PAGE = "people.backups"
_QUICKLY_MS, _SLOWLY_MS = 1_500, 15_000
_OLD = timedelta(days=7)
_OPEN = ("asked", "running")


def _tr(words: str) -> str:
    return QCoreApplication.translate("BackupsPage", words)


class BackupsPage(OnlinePage):
    """While one is under way the page asks more often, and shows how far it is."""

    path = "/api/v1/backups"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, BACKUPS_PAGE, _tr("Backups"), parent)
        self.test_button = self.act_button(secondary(_tr("Try it out"), "check", self.test))
        self.test_button.setToolTip(_tr("Restore the selected backup into a scratch database and count its rows"))
        self.make_button = self.act_button(primary(_tr("Make one now"), "hard-drive", self.make))
        self.state_card, self.plan_card = self._make_state(), self._make_plan()
        for card in (self.state_card, self.plan_card):
            card.hide()  # until the server has said how it is
        self.column.addWidget(self.state_card)
        row = QHBoxLayout()
        row.setSpacing(16)
        nothing = EmptyState(
            "hard-drive", _tr("No backup yet"), _tr("Make one now; later they are made by themselves.")
        )
        row.addWidget(self.make_table(self._columns(), _SORTS, nothing), 1)
        row.addWidget(self.plan_card)
        self.column.addLayout(row, 1)
        self.table.sort_by("asked_at", descending=True)

    def _make_state(self) -> Card:
        card = Card()
        self.facts = FactGrid(4)
        card.add(self.facts)
        self.progress = Progress(_tr("A backup is being made"), can_stop=False)
        self.progress.hide()
        card.add(self.progress)
        self.warning = Well("circle-alert", " ", "warn")
        self.warning.hide()
        card.add(self.warning)
        return card

    def _make_plan(self) -> Card:
        card = Card(_tr("By themselves"))
        card.setFixedWidth(320)
        hours = {0: _tr("Only when asked"), 6: _tr("Every 6 hours"), 12: _tr("Every 12 hours"), 24: _tr("Every day"),
                 168: _tr("Every week")}  # fmt: skip
        self.every = Combo([(str(key), words) for key, words in hours.items()])
        self.place = Combo()
        self.place.currentTextChanged.connect(self.place.setToolTip)
        self.keep = NumberField(7, least=1, most=100)
        self.try_out = Check(_tr("Try each out by restoring it"), checked=True)
        hint = _tr("The server's settings name the folders")
        self.fields = {
            "every_hours": Field(_tr("How often"), self.every),
            "place": Field(_tr("Folder"), self.place, hint=hint),
            "keep": Field(_tr("How many are kept"), self.keep),
        }
        for field in self.fields.values():
            card.add(field)
        card.add(self.try_out)
        self.save_button = secondary(_tr("Save"), "check", self.save)
        card.add(self.save_button)
        card.body.addStretch(1)
        self._plan: Mapping[str, Any] = {}
        return card

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column("asked_at", _tr("Made"), self._when, width=150),
            Column("state", _tr("State"), _state, CellKind.BADGE, width=112, sortable=False),
            Column("tested", _tr("Tried out"), _tested, CellKind.BADGE, width=100, sortable=False),
            Column("bytes", _tr("Size"), lambda row: megabytes(row["bytes"]), CellKind.NUMBER, width=86),
            Column("rows", _tr("Rows"), lambda row: f"{row['row_count']:,}", CellKind.NUMBER, width=86),
            Column("by", _tr("Asked by"), _by, width=112),
            Column("problem", _tr("Remark"), _remark, CellKind.MUTED, width=110, stretch=True, sortable=False),
        )

    def _when(self, row: Row) -> str:
        return instant_words(row["asked_at"], zone_of(self.desk), local_now(self.desk))

    # ------------------------------------------------------------------------------------------------------ showing

    def show_data(self, data: Any) -> None:
        """Show the list, the state and the plan."""
        rows: list[Row] = data["backups"]
        self.show_rows(rows)
        for card in (self.state_card, self.plan_card):
            card.show()
        self._show_state(rows, has_passphrase=bool(data["has_passphrase"]))
        if data["plan"] != self._plan:
            self._plan = data["plan"]
            self.place.set_choices([(place, place) for place in data["places"]])
            self.place.choose(self._plan["place"])
            self.every.choose(str(self._plan["every_hours"]))
            self.keep.set_value(int(self._plan["keep"]))
            self.try_out.setChecked(bool(self._plan["test"]))

    def _show_state(self, rows: list[Row], *, has_passphrase: bool) -> None:
        now, zone = local_now(self.desk), zone_of(self.desk)
        done = next((row for row in rows if row["state"] == "done"), None)
        sound = next((row for row in rows if row["state"] == "done" and row["tested"] == "sound"), None)
        made = instant_words(done["ended_at"], zone, now) if done else _tr("Never")
        tried = instant_words(sound["tested_at"], zone, now) if sound else _tr("Never")
        self.facts.set_fact(_tr("Last backup"), made, "text" if done else "bad")
        self.facts.set_fact(_tr("Size"), megabytes(done["bytes"]) if done else "–")
        self.facts.set_fact(_tr("Last one found sound"), tried, "ok" if sound else "warn")
        self.facts.set_fact(_tr("The server's keys"), _tr("Sealed in each") if has_passphrase else _tr("Not in them"))
        old = done is not None and parse_instant(done["ended_at"]) + _OLD < now
        self._warn(rows, old=old, has_passphrase=has_passphrase)
        under_way = next((row for row in rows if row["state"] in _OPEN), None)
        self.progress.setVisible(under_way is not None)
        if under_way is not None:
            self.progress.set_progress(under_way["done"], under_way["total"] or 1)
        waits = under_way is not None or any(row["tested"] == "wanted" for row in rows)
        self._timer.setInterval(_QUICKLY_MS if waits else _SLOWLY_MS)
        self.head.set_words(self.title, _tr("Everything on this server in one file: rows, files, and who did what"))

    def _warn(self, rows: list[Row], *, old: bool, has_passphrase: bool) -> None:
        latest = next((row for row in rows if row["state"] in {"done", "failed"}), None)
        words = ""
        if latest is not None and latest["state"] == "failed":
            words = _tr("The last backup couldn't be made: {reason}").format(reason=latest["problem"])
        elif latest is not None and latest["tested"] == "broken":
            words = _tr("The last backup can't be restored: {reason}").format(reason=latest["problem"])
        elif old:
            words = _tr("The last backup is older than a week. Make one now, and see why none was made.")
        elif latest is not None and not has_passphrase:
            words = _tr("Keep a copy of the server's keys elsewhere: a backup without them lets nobody sign in.")
        self.warning.setVisible(bool(words))
        if self.warning.words is not None:
            self.warning.words.setText(words)

    # ------------------------------------------------------------------------------------------------------ acting

    def make(self) -> None:
        """Ask for a backup now."""
        self.ask("POST", self.path, None, lambda _told: tell(self, _tr("The server makes a backup")))

    def test(self) -> None:
        """Ask that the selected backup is tried out."""
        chosen = self.table.current_id()
        if chosen:
            path = f"{self.path}/{chosen}/test"
            self.ask("POST", path, None, lambda _told: tell(self, _tr("The server tries the backup out")))

    def _wanted(self) -> dict[str, Any]:
        return {
            "every_hours": int(self.every.chosen or 0),
            "place": self.place.chosen or "",
            "keep": self.keep.value or 0,
            "test": self.try_out.isChecked(),
        }

    def has_unsaved(self) -> bool:
        """Tell whether the plan on show isn't the one that is saved."""
        return bool(self._plan) and any(self._plan[name] != value for name, value in self._wanted().items())

    def save(self) -> None:
        """Save how backups are made."""
        wanted = self._wanted()
        for field in self.fields.values():
            field.set_error("")
        self.ask("PUT", f"{self.path}/plan", wanted, self._saved, self._refused)

    def _saved(self, _told: Any) -> None:
        tell(self, _tr("Saved"))

    def _refused(self, problem: CampusError) -> None:
        faults = problem.details.get("fields") or {"place": problem.message}
        for name, field in self.fields.items():
            field.set_error(str(faults.get(name, "")))


_SORTS = {
    "asked_at": lambda row: row["asked_at"],
    "bytes": lambda row: row["bytes"],
    "rows": lambda row: row["row_count"],
    "by": lambda row: str(row["asked_by"]).casefold(),
}


def megabytes(size: int) -> str:
    """Return "48.1 MB", "2.4 GB", or "12 KB" of what is smaller than a tenth of a megabyte."""
    if not size:
        return "–"
    if size < 1e5:
        return f"{max(1, size // 1000):,} KB"
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.1f} MB"


def _state(row: Row) -> Cell:
    words = {
        "asked": Cell(_tr("Waits"), "neu"),
        "running": Cell(_tr("Being made"), "info"),
        "done": Cell(_tr("There"), "ok", "check"),
        "failed": Cell(_tr("Failed"), "bad", "circle-alert"),
        "removed": Cell(_tr("Removed"), "neu"),
    }
    return words.get(str(row["state"]), Cell(str(row["state"]), "neu"))


def _tested(row: Row) -> Cell:
    words = {
        "sound": Cell(_tr("Sound"), "ok", "check"),
        "broken": Cell(_tr("Broken"), "bad", "circle-alert"),
        "wanted": Cell(_tr("Waits"), "neu"),
    }
    return words.get(str(row["tested"]), Cell(_tr("Not yet"), "neu"))


def _by(row: Row) -> str:
    return _tr("By itself") if row["asked_by"] == "schedule" else str(row["asked_by"])


def _remark(row: Row) -> str:
    return str(row["problem"] or row["file"])
