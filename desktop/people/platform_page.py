"""The institutes of this server, for its operators: how large, how alive, suspended or not; never their people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.server_asking import read_anew
from desktop.people.backups_page import megabytes
from desktop.people.platform_dialogs import LEAST_REASON, CodeDialog, NewInstituteDialog, ReasonDialog, RecordsDialog
from desktop.shell.online_page import OnlinePage, Row
from desktop.shell.page import tell
from desktop.shell.times import instant_words, local_now, zone_of
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import danger, primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.dialog import Dialog
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.label import IconText, Label
from shared.core.text import plural

PLATFORM_PAGE = "people.platform"
_MINUTES = 30


def _tr(words: str) -> str:
    return QCoreApplication.translate("PlatformPage", words)


class PlatformPage(OnlinePage):
    """What is done is done to the institute under the cursor."""

    path = "/api/v1/platform/organisations"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, PLATFORM_PAGE, _tr("Institutes on this server"), parent)
        self.read_button = self.act_button(secondary(_tr("Read records"), "lock", self.ask_why))
        self.code_button = self.act_button(secondary(_tr("New set-up code"), "lock", self.new_code))
        self.suspend_button = self.act_button(danger(_tr("Suspend"), "lock", self.turn))
        self.add_button = self.act_button(primary(_tr("Add institute"), "plus", self.new))
        self.figures = QHBoxLayout()
        self.figures.setSpacing(16)
        self.numbers: dict[str, Label] = {}
        for name, label in (
            ("institutes", _tr("Institutes")),
            ("people", _tr("People")),
            ("sign_ins", _tr("Signed in")),
            ("file_bytes", _tr("Files")),
        ):
            self.figures.addWidget(self._tile(name, label), 1)
        self.column.addLayout(self.figures)
        self.health = IconText("circle-check", "", "ok")
        self.health.hide()
        self.column.addWidget(self.health)
        words = _tr("Add the first one; its administrator sets it up with a code.")
        nothing = EmptyState("building-2", _tr("No institute yet"), words)
        self.column.addWidget(self.make_table(self._columns(), _SORTS, nothing), 1)
        self.table.sort_by("name")
        self.table.current.connect(lambda _id: self._follow())

    def _tile(self, name: str, label: str) -> Card:
        card = Card()
        card.add(Label(label, "small-medium", "text2"))
        self.numbers[name] = Label("–", "figure")
        card.add(self.numbers[name])
        return card

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column("name", _tr("Institute"), lambda row: str(row["name"]), width=190, stretch=True),
            Column("slug", _tr("Short name"), lambda row: str(row["slug"]), width=110),
            Column("state", _tr("State"), _state, CellKind.BADGE, width=138),
            Column("people", _tr("People"), lambda row: f"{row['people']:,}", CellKind.NUMBER, width=80),
            Column("sign_ins", _tr("Signed in"), lambda row: f"{row['sign_ins']:,}", CellKind.NUMBER, width=85),
            Column("rows", _tr("Rows"), lambda row: f"{row['rows']:,}", CellKind.NUMBER, width=90),
            Column("file_bytes", _tr("Files"), lambda row: megabytes(row["file_bytes"]), CellKind.NUMBER, width=90),
            Column("last", _tr("Last change"), self._last, width=130),
            Column(
                "reason", _tr("Remark"), lambda row: str(row["state_reason"]), CellKind.MUTED, width=130, sortable=False
            ),
        )

    def _last(self, row: Row) -> str:
        last = row["last_activity_at"]
        return instant_words(last, zone_of(self.desk), local_now(self.desk)) if last else "–"

    # ------------------------------------------------------------------------------------------------------ showing

    def show_data(self, data: Any) -> None:
        """Show the institutes and what they come to."""
        self.show_rows(data)
        if data and not self.table.current_id():
            self.table.go_to(str(min(data, key=_SORTS["name"])["id"]))
        self.numbers["institutes"].setText(f"{len(data):,}")
        for name in ("people", "sign_ins"):
            self.numbers[name].setText(f"{sum(row[name] for row in data):,}")
        self.numbers["file_bytes"].setText(megabytes(sum(row["file_bytes"] for row in data)))
        suspended = sum(row["state"] == "suspended" for row in data)
        words = plural("{n} institute", "{n} institutes", len(data))
        more = plural("{n} suspended", "{n} suspended", suspended) if suspended else ""
        self.head.set_words(self.title, " · ".join(part for part in (words, more) if part))
        self._follow()

    def refresh(self) -> None:
        """Ask for the institutes, and how the server itself is."""
        super().refresh()
        client = self.desk.client
        if client is not None and self.isVisible():
            path = f"{self.path}/health"
            run_in_background(
                lambda: read_anew(client, path)["data"], self.show_health, lambda _problem: self.health.hide(), self
            )

    def show_health(self, told: Mapping[str, Any]) -> None:
        """Say in one line how the server is: version, backup, work of its own."""
        backup, troubled = told["last_backup"], list(told["jobs_with_problems"])
        sound = backup is not None and backup["tested"] == "sound"
        made = (
            _tr("last backup {when}").format(
                when=instant_words(backup["ended_at"], zone_of(self.desk), local_now(self.desk))
            )
            if backup
            else _tr("no backup yet")
        )
        parts = [_tr("Campusdesk {version}").format(version=told["version"]), made]
        parts += [_tr("tried out and sound")] if sound else [_tr("not tried out")] if backup else []
        parts += [_tr("work that went wrong: {names}").format(names=", ".join(troubled))] if troubled else [
            _tr("the server's own work goes on")]  # fmt: skip
        well = sound and not troubled
        self.health.set_state("circle-check" if well else "circle-alert", " · ".join(parts), "ok" if well else "warn")
        self.health.show()

    @property
    def chosen(self) -> Row | None:
        """The institute under the cursor."""
        current = self.table.current_id()
        return self.source.rows([current]).get(current) if current else None

    def _follow(self) -> None:
        row = self.chosen
        open_one = row is not None and row["state"] != "suspended"
        self.suspend_button.setText(_tr("Suspend") if open_one or row is None else _tr("Reopen"))
        for button in (self.read_button, self.suspend_button):
            button.setEnabled(row is not None and not self.busy)
        self.code_button.setEnabled(row is not None and bool(row["waits_for_set_up"]) and not self.busy)

    # ------------------------------------------------------------------------------------------------------ acting

    def _open(self, dialog: Dialog) -> Dialog:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()
        return dialog

    def new(self) -> None:
        """Ask for a new institute's names."""
        dialog = NewInstituteDialog(self.window())
        dialog.wanted.connect(
            lambda wanted: self.ask("POST", self.path, wanted, partial(self._added, dialog), dialog.show_problem)
        )
        self._open(dialog)

    def _added(self, dialog: Dialog, made: Mapping[str, Any]) -> None:
        dialog.accept()
        tell(self, _tr("{name} added").format(name=made["name"]))
        self._show_code(made)

    def _show_code(self, made: Mapping[str, Any]) -> None:
        if made.get("set_up_code"):
            self._open(CodeDialog(self.window(), str(made["name"]), str(made["slug"]), str(made["set_up_code"])))

    def new_code(self) -> None:
        """Make a new set-up code for an institute that still waits."""
        self._with_chosen(lambda row: self.ask("POST", f"{self.path}/{row['id']}/set-up-code", None, self._show_code))

    def turn(self) -> None:
        """Suspend an institute for a reason, or reopen it."""
        self._with_chosen(self._turn)

    def _turn(self, row: Row) -> None:
        place, name = f"{self.path}/{row['id']}", str(row["name"])
        if row["state"] == "suspended":
            words = _tr("{name} is open again").format(name=name)
            self.ask("POST", f"{place}/reopen", None, lambda _told: tell(self, words))
            return
        words = _tr("Nobody of {name} gets in from the next request on. What they saved here stays on their computers.")
        title = _tr("Suspend {name}").format(name=name)
        dialog = ReasonDialog(self.window(), title, words.format(name=name), _tr("Suspend"), least=5)
        done = _tr("{name} is suspended").format(name=name)
        dialog.given.connect(
            lambda reason, _n: self.ask("POST", f"{place}/suspend", {"reason": reason}, lambda _told: tell(self, done))
        )
        self._open(dialog)

    def ask_why(self) -> None:
        """Ask why an institute's records are read."""
        self._with_chosen(self._ask_why)

    def _ask_why(self, row: Row) -> None:
        title = _tr("Read records of {name}").format(name=row["name"])
        words = _tr("Its administrators are told at once, with your name and the reason. Nothing can be changed, and it"
                    " ends by itself.")  # fmt: skip
        dialog = ReasonDialog(self.window(), title, words, _tr("Read records"), least=LEAST_REASON, minutes=_MINUTES)
        place = f"{self.path}/{row['id']}/access"
        dialog.given.connect(
            lambda reason, minutes: self.ask(
                "POST", place, {"reason": reason, "minutes": minutes}, partial(self._opened, place, title)
            )
        )
        self._open(dialog)

    def _opened(self, place: str, title: str, access: Mapping[str, Any]) -> None:
        self._open(RecordsDialog(self.window(), self.desk, f"{place}/{access['id']}", title))

    def _with_chosen(self, act: Callable[[Row], object]) -> None:
        row = self.chosen
        if row is not None:
            act(row)


_SORTS: dict[str, Callable[[Row], Any]] = {
    "name": lambda row: str(row["name"]).casefold(),
    "slug": lambda row: row["slug"],
    "state": lambda row: row["state"],
    "people": lambda row: row["people"],
    "sign_ins": lambda row: row["sign_ins"],
    "rows": lambda row: row["rows"],
    "file_bytes": lambda row: row["file_bytes"],
    "last": lambda row: row["last_activity_at"] or "",
}


def _state(row: Row) -> Cell:
    if row["state"] == "suspended":
        return Cell(_tr("Suspended"), "warn", "lock")
    return Cell(_tr("Waits for set-up"), "info") if row["waits_for_set_up"] else Cell(_tr("Open"), "ok")
