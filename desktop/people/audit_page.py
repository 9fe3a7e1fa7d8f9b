"""Audit: the log of all changes, by kind, person and time, with before and after, its check and its export."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.audit_actions import Checked, audit_entries, audit_export, check_log
from desktop.people.audit_detail import AuditDetail
from desktop.people.audit_words import about_words, act_words, kind_of, summary_words, verdict_tone, verdict_words
from desktop.people.operator_looks_page import OPERATOR_LOOKS_PAGE
from desktop.shell.file_saving import ask_where, save_fetched
from desktop.shell.page import tell, tell_problem
from desktop.shell.times import instant_words, zone_of
from desktop.widgets.asked_list import AskedList, filters_of_log, with_since
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import secondary
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.core.actor import Actor
from shared.core.errors import CampusError
from shared.people.vocabulary import PERSON, Permission

AUDIT_PAGE = "people.audit"
KINDS = (
    "academic_term", "assignment", "attendance_mark", "class_session", "cohort", "course", "enrolment", "holiday",
    "mark", "organisation", "person", "role", "room", "rubric",
)  # fmt: skip
"""The kinds of rows that people ask for; the server knows more, and all of them are in the log."""
Body = Mapping[str, Any]


def may_read_audit(actor: Actor) -> bool:
    """Tell whether someone reads the log of all changes."""
    return actor.may(Permission.AUDIT_READ)


class AuditPage(QWidget):
    """The newest 200 lines of what is filtered, and more at the press of a button; it needs the network.

    A search runs over the lines that were fetched, filters over the whole log. The chosen line stands beside the table
    with before and after; Enter opens the person whom it is about.
    """

    def __init__(self, desk: Desk, person_id: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._person_id = desk, person_id
        self.setObjectName(AUDIT_PAGE)
        self.setWindowTitle(self.tr("Audit"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(14)
        self.head = PageHead(self.tr("Audit"), self.tr("Asking the server"))
        self.looks_button = self.head.add_button(secondary(self.tr("Looked at by the platform"), "eye", self._looks))
        self.looks_button.setToolTip(self.tr("When who runs the server read your records, why, and what of them"))
        self.check_button = self.head.add_button(secondary(self.tr("Check the log"), "circle-check", self.check))
        self.check_button.setToolTip(self.tr("Compute the whole chain anew, at the server and on this computer"))
        self.export_button = self.head.add_button(secondary(self.tr("Export"), "download", self.ask_where))
        self.export_button.setToolTip(self.tr("Save what is filtered as a file for spreadsheets"))
        column.addWidget(self.head)
        self._make_filters()
        self._make_table()
        self.detail = AuditDetail(desk)
        self.asked = AskedList(
            self.filters,
            self.table,
            self.source,
            self._entries,
            nothing=self.nothing,
            away_words=self.tr("The log is kept by the server. Connect, then ask again."),
            wanted=self.wanted,
            beside=self.detail,
        )
        self.asked.told.connect(self._tell_head)
        column.addWidget(self.asked, 1)

    def _make_filters(self) -> None:
        kinds = [(kind, kind_of(kind)) for kind in KINDS]
        self.filters = filters_of_log(self.tr("Name, row, computer"), kinds)

    def _make_table(self) -> None:
        self.source: ListSource[Body] = ListSource(
            lambda body: str(body["id"]),
            {
                "at": lambda body: body["audit_seq"],
                "who": lambda body: str(body["actor_name"]).casefold(),
                "what": act_words,
                "about": about_words,
                "device": lambda body: body["device_name"],
            },
        )
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Log of all changes"))
        self.table.sort_by("at", descending=True)
        self.table.opened.connect(self._open)
        self.table.current.connect(self._choose)
        self.nothing = EmptyState(
            "history", self.tr("Nothing of this kind in this time"), self.tr("Choose another kind or a longer time.")
        )

    def _columns(self) -> tuple[Column, ...]:
        tr = partial(QCoreApplication.translate, "AuditPage")
        now, zone = self._desk.clock.now, zone_of(self._desk)
        return (
            Column("at", tr("When"), lambda body: instant_words(body["at"], zone, now()), width=130),
            Column("who", tr("Who"), lambda body: body["actor_name"], width=120),
            Column("what", tr("What"), act_words, width=126),
            Column(
                "about",
                tr("About"),
                lambda body: Cell(
                    about_words(body) or "–", detail=kind_of(body["kind"]) if body["entity_name"] else ""
                ),
                width=140,
            ),
            Column("changes", tr("Now"), summary_words, CellKind.MUTED, width=110, stretch=True, sortable=False),
            Column(
                "verdict",
                tr("Ended"),
                lambda body: Cell(verdict_words(body["verdict"]), verdict_tone(body["verdict"])),
                CellKind.BADGE,
                width=104,
                sortable=False,
            ),
        )

    # ------------------------------------------------------------------------------------------------------ reading

    def first_focus(self) -> QWidget:
        """Begin with the search."""
        return self.filters.search

    def wanted(self) -> dict[str, str]:
        """Return what is filtered, as the server takes it."""
        wanted = with_since(self.filters.chosen(), self._desk.clock.now())
        return {**wanted, "person_id": self._person_id} if self._person_id else wanted

    def _entries(self, wanted: dict[str, str], page: int, size: int) -> tuple[list[Body], int]:
        """Ask for lines; the log gives them no ids, so their places are."""
        entries, total = audit_entries(self._desk, wanted, page, size)
        return [{**one, "id": f"{(page - 1) * size + at:06}"} for at, one in enumerate(entries)], total

    def _tell_head(self, problem: str) -> None:
        usual = self.tr("Every change: who, what, from what to what, and where from; the newest first")
        self.head.set_words(self.tr("Audit"), problem or usual)

    def _choose(self, identity: str) -> None:
        self.detail.show_entry(self.asked.row(identity))

    def _looks(self) -> None:
        self._desk.open(OPERATOR_LOOKS_PAGE)

    def _open(self, identity: str) -> None:
        entry = self.asked.row(identity)
        if entry is not None and entry["kind"] == PERSON:
            self._desk.open("people.person", entry["entity_id"])

    # ------------------------------------------------------------------------------------------------- whole or not

    def check(self) -> None:
        """Let the chain be computed anew, and say whether the log is whole."""
        self.check_button.setEnabled(False)

        def done(found: Checked) -> None:
            self.check_button.setEnabled(True)
            if found.whole:
                tell(self, found.sentence)
            else:
                tell_problem(self, CampusError("audit_broken", found.sentence))

        def failed(problem: Exception) -> None:
            self.check_button.setEnabled(True)
            if not isinstance(problem, CampusError):
                raise problem
            tell_problem(self, problem)

        run_in_background(partial(check_log, self._desk), done, failed, self, Lane.NETWORK)

    # ------------------------------------------------------------------------------------------------------ export

    def ask_where(self) -> None:
        """Ask where the log is to be saved."""
        ask_where(self, self.tr("Export"), "audit-log.csv", self.export, self._file_kinds())

    def _file_kinds(self) -> list[tuple[str, str]]:
        return [
            ("csv", self.tr("Text for spreadsheets")),
            ("xlsx", self.tr("Excel")),
            ("json", self.tr("JSON")),
        ]

    def export(self, path: Path) -> None:
        """Save what is filtered; the server writes down that this was done."""
        wanted, kind = self.wanted(), path.suffix.removeprefix(".").lower()

        def fetch() -> bytes:
            return audit_export(self._desk, wanted, kind if kind in {"xlsx", "json"} else "csv")

        words = self.tr("The log was saved to {name}").format(name=path.name)
        save_fetched(self, fetch, path, lambda _content: words)


def audit_page(desk: Desk, _id: str | None, details: Mapping[str, Any]) -> AuditPage:
    """Return the page, of one `person` where the details name one."""
    return AuditPage(desk, str(details.get("person") or ""))
