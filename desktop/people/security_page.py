"""Security: the log of what happened at the doors, by kind, person and time, and its export."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.door_actions import security_events, security_export
from desktop.people.role_store import role_names
from desktop.people.security_words import kind_tone, kind_words, what_words
from desktop.shell.file_saving import ask_where, save_fetched
from desktop.shell.times import instant_words, zone_of
from desktop.widgets.asked_list import AskedList, filters_of_log, with_since
from desktop.widgets.buttons import secondary
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.core.actor import Actor
from shared.core.text import plural
from shared.people.vocabulary import Permission

SECURITY_PAGE = "people.security"
Body = Mapping[str, Any]


def may_see_security(actor: Actor) -> bool:
    """Tell whether someone sees the security log."""
    return actor.may(Permission.SECURITY_SEE)


class SecurityPage(QWidget):
    """The newest 200 lines of what is filtered, and more at the press of a button; it needs the network.

    A search runs over the lines that were fetched, filters over the whole log. Enter opens the person.
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setObjectName(SECURITY_PAGE)
        self.setWindowTitle(self.tr("Security"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(14)
        self.head = PageHead(self.tr("Security"), self.tr("Asking the server"))
        self.export_button = self.head.add_button(secondary(self.tr("Export"), "download", self.ask_where))
        self.export_button.setToolTip(self.tr("Save what is filtered as a file for spreadsheets"))
        column.addWidget(self.head)
        self._make_filters()
        self._make_table()
        self.asked = AskedList(
            self.filters,
            self.table,
            self.source,
            partial(security_events, desk),
            nothing=self.nothing,
            away_words=self.tr("The security log is kept by the server. Connect, then ask again."),
            wanted=self.wanted,
        )
        self.asked.told.connect(self._tell_head)
        column.addWidget(self.asked, 1)

    def _make_filters(self) -> None:
        self.filters = filters_of_log(self.tr("Name, address, computer"), kind_words().items())

    def _make_table(self) -> None:
        self.source: ListSource[Body] = ListSource(
            lambda body: str(body["id"]),
            {
                "at": lambda body: body["at"],
                "person": lambda body: str(body["person_name"]).casefold(),
                "by": lambda body: body["actor_name"],
                "address": lambda body: body["address"] or "",
                "device": lambda body: body["device_name"] or "",
            },
        )
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Security log"))
        self.table.sort_by("at", descending=True)
        self.table.opened.connect(self._open)
        self.nothing = EmptyState(
            "lock", self.tr("Nothing of this kind in this time"), self.tr("Choose another kind or a longer time.")
        )

    def _columns(self) -> tuple[Column, ...]:
        tr, words = partial(QCoreApplication.translate, "SecurityPage"), kind_words()
        now, zone = self._desk.clock.now, zone_of(self._desk)
        names = role_names(self._desk.store, self._desk.actor.organisation_id)
        details = partial(what_words, names=names)

        def who(body: Body) -> Cell:
            by = body["actor_name"]
            return Cell(body["person_name"] or tr("Unknown"), detail=tr("by {name}").format(name=by) if by else "")

        return (
            Column("at", tr("When"), lambda body: instant_words(body["at"], zone, now()), width=130),
            Column(
                "kind",
                tr("What"),
                lambda body: Cell(words.get(body["kind"], body["kind"]), kind_tone(body["kind"])),
                CellKind.BADGE,
                width=190,
                sortable=False,
            ),
            Column("person", tr("Who"), who, width=240),
            Column("details", tr("Details"), details, CellKind.MUTED, width=260, stretch=True, sortable=False),
            Column("device", tr("Computer"), lambda body: body["device_name"] or "", width=130, sortable=False),
            Column("address", tr("Address"), lambda body: body["address"] or "", CellKind.MUTED, 130, sortable=False),
        )

    # ------------------------------------------------------------------------------------------------------ reading

    def first_focus(self) -> QWidget:
        """Begin with the search."""
        return self.filters.search

    def wanted(self) -> dict[str, str]:
        """Return what is filtered, as the server takes it."""
        return with_since(self.filters.chosen(), self._desk.clock.now())

    def _tell_head(self, problem: str) -> None:
        usual = self.tr("Sign-ins, refusals and what changed anyone's access, the newest first")
        self.head.set_words(self.tr("Security"), problem or usual)

    def _open(self, identity: str) -> None:
        event = self.asked.row(identity)
        if event is not None and event["person_id"]:
            self._desk.open("people.person", event["person_id"])

    # ------------------------------------------------------------------------------------------------------ export

    def ask_where(self) -> None:
        """Ask where the log is to be saved."""
        kinds = [("csv", self.tr("Spreadsheet"))]
        ask_where(self, self.tr("Export"), "security-log.csv", self.export, kinds)

    def export(self, path: Path) -> None:
        """Save what is filtered; the server writes down that this was done."""
        wanted = self.wanted()

        def said(content: bytes) -> str:
            lines = max(0, content.count(b"\r\n") - 1)
            return plural("{n} line saved to {name}", "{n} lines saved to {name}", lines, name=path.name)

        save_fetched(self, lambda: security_export(self._desk, wanted), path, said)
