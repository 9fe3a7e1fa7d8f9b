"""Data protection: the register of breaches with its clock, the institute's texts, and who answered them how."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.people import data_protection_api as api
from desktop.people.breach_dialogs import BreachLineDialog, NoteBreachDialog
from desktop.people.consent_store import KINDS
from desktop.people.consent_text_dialog import ConsentTextDialog
from desktop.shell.page import follow, tell, tell_problem
from desktop.shell.times import instant_words, local_now, zone_of
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.dialog import Dialog
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.label import Label
from desktop.widgets.layouts import PageHead, ScrollColumn, show_part
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.server_list import ServerListCard
from desktop.widgets.tabs import Tabs
from shared.core.actor import Actor
from shared.core.errors import CampusError
from shared.core.text import plural
from shared.people.breaches import clock_words, step_words
from shared.people.consent import CONSENT_TEXT, answer_words, may_keep_consents, purpose_words

DATA_PROTECTION_PAGE = "people.data_protection"
Body = Mapping[str, Any]
_BREACHES, _TEXTS, _ANSWERS = "breaches", "texts", "answers"
_tr = partial(QCoreApplication.translate, "DataProtectionPage")


def may_see_data_protection(actor: Actor) -> bool:
    """The data officer's page."""
    return may_keep_consents(actor)


class DataProtectionPage(QWidget):
    """Register and answers are the server's and asked anew each time; texts can be published without a network."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._lists: dict[str, _List] = {}
        self.setObjectName(DATA_PROTECTION_PAGE)
        self.setWindowTitle(self.tr("Data protection"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(14)
        self.head = PageHead(self.tr("Data protection"), self.tr("What went wrong, and what people agreed to"))
        self.text_button = self.head.add_button(secondary(self.tr("Publish a text"), "megaphone", self.publish))
        self.note_button = self.head.add_button(primary(self.tr("Enter a breach"), "plus", self.note))
        column.addWidget(self.head)
        tabs = [(_BREACHES, self.tr("Breaches")), (_TEXTS, self.tr("Texts")), (_ANSWERS, self.tr("Answers"))]
        self.tabs = Tabs(tabs, name=self.tr("Data protection"))
        column.addWidget(self.tabs)
        self.parts = QStackedWidget()
        column.addWidget(self.parts, 1)
        self._add_lists()
        self.tabs.chosen_changed.connect(self._choose)
        follow(desk.store, self, lambda changed: self.refresh() if KINDS & set(changed.kinds) else None)

    def _add_lists(self) -> None:
        empty = {
            _BREACHES: (
                _tr("No breach is entered"),
                _tr("Enter one as soon as it is noticed: 72 hours run from then."),
            ),
            _TEXTS: (_tr("Nothing is published"), _tr("Publish a privacy notice; everybody is asked about it once.")),
            _ANSWERS: (_tr("Nobody has answered yet"), _tr("Answers come in as people sign in.")),
        }
        columns = {_BREACHES: self._breach_columns(), _TEXTS: self._text_columns(), _ANSWERS: self._answer_columns()}
        for name, words in empty.items():
            made = _List(columns[name], words, self.refresh)
            self._lists[name] = made
            self.parts.addWidget(made.card)
        self._lists[_BREACHES].table.opened.connect(self.open_breach)

    @property
    def breaches(self) -> RecordTable:
        """The table of the register."""
        return self._lists[_BREACHES].table

    def rows(self, name: str) -> list[Body]:
        """Return the rows on show under a tab."""
        return self._lists[name].rows

    def _choose(self, name: str) -> None:
        self.parts.setCurrentWidget(self._lists[name].card)

    def _when(self, instant: str) -> str:
        return instant_words(instant, zone_of(self._desk), local_now(self._desk))

    def _clock(self, body: Body) -> Cell:
        words, tone = clock_words(body["noticed_at"], body["told_at"], self._desk.clock.now())
        return Cell(words, tone, "clock")

    def _breach_columns(self) -> tuple[Column, ...]:
        return (
            Column("", _tr("Breach"), lambda one: Cell(one["title"], detail=one["whom"]), width=300, stretch=True),
            Column("", _tr("Noticed"), lambda one: self._when(one["noticed_at"]), width=150),
            Column(
                "", _tr("People"), lambda one: "" if one["people"] is None else str(one["people"]), CellKind.NUMBER, 80
            ),
            Column("", _tr("72 hours"), self._clock, CellKind.BADGE, 210),
            Column("", _tr("State"), lambda one: _tr("Closed") if one["closed"] else _tr("Open"), width=90),
        )

    def _text_columns(self) -> tuple[Column, ...]:
        names = purpose_words()
        return (
            Column("", _tr("About"), lambda one: names.get(one["purpose"], ""), width=180),
            Column("", _tr("Version"), lambda one: str(one["version"]), CellKind.NUMBER, 80),
            Column("", _tr("Title"), lambda one: one["title"], width=260, stretch=True),
            Column("", _tr("Published"), lambda one: self._when(one["made_at"]), width=150),
            Column("", _tr("By"), lambda one: one["author_name"], CellKind.MUTED, 180),
        )

    def _answer_columns(self) -> tuple[Column, ...]:
        names = purpose_words()
        return (
            Column("", _tr("Who"), lambda one: one["name"], width=220, stretch=True),
            Column("", _tr("About"), lambda one: names.get(one["purpose"], ""), width=170),
            Column("", _tr("Version"), lambda one: str(one["version"]), CellKind.NUMBER, 80),
            Column("", _tr("Answer"), lambda one: answer_words(one["purpose"]).get(one["answer"], ""), width=130),
            Column("", _tr("Answered"), lambda one: self._when(one["answered_at"]), width=150),
        )

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the server."""
        super().showEvent(event)
        self.refresh()

    def first_focus(self) -> QWidget:
        """Begin with the tabs."""
        return self.tabs

    def refresh(self) -> None:
        """Read all three anew."""
        found = self._desk.store.page(CONSENT_TEXT, limit=-1)
        self._lists[_TEXTS].show(sorted(found, key=lambda one: (one["purpose"], -one["version"])))
        desk = self._desk
        for name, ask in ((_BREACHES, api.breaches), (_ANSWERS, api.answers)):
            shown = self._lists[name]
            run_in_background(partial(ask, desk), shown.show, partial(self._failed, shown), self, Lane.NETWORK)

    @staticmethod
    def _failed(shown: _List, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        shown.card.show_away(problem)

    def note(self) -> None:
        """Enter a breach."""
        self._open(NoteBreachDialog(self.window(), self._desk, lambda: self._done(self.tr("The breach is entered."))))

    def publish(self) -> None:
        """Publish a text."""
        found = self._desk.store.page(CONSENT_TEXT, limit=-1)
        words = self.tr("Published. People are asked at their next sign-in.")
        self._open(ConsentTextDialog(self.window(), self._desk, found, lambda: self._done(words)))

    def open_breach(self, breach_id: str) -> None:
        """Show a breach with its lines."""
        body = next((one for one in self.rows(_BREACHES) if one["id"] == breach_id), None)
        if body is None:
            tell_problem(self, CampusError("not_found", self.tr("This breach isn't in the list any more.")))
            return
        self._open(BreachDialog(self.window(), self._desk, body, lambda: self._add_line(body)))

    def _add_line(self, body: Body) -> None:
        done = self.tr("The line is added.")
        self._open(BreachLineDialog(self.window(), self._desk, body, lambda: self._done(done)))

    def _open(self, dialog: Dialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _done(self, words: str) -> None:
        self.refresh()
        tell(self, words)


class _List:
    """One tab's table, with what stands there while it is empty or the server is away."""

    def __init__(self, columns: tuple[Column, ...], empty: tuple[str, str], ask: Any) -> None:
        self.source: ListSource[Body] = ListSource(lambda one: str(one["id"]), {})
        self.table = RecordTable(self.source, columns, name=empty[0])
        away = _tr("This is kept by the server. Connect, then ask again.")
        self.card = ServerListCard(self.table, EmptyState("file-text", *empty), away, ask)
        self.rows: list[Body] = []

    def show(self, rows: list[Any]) -> None:
        self.rows = list(rows)
        self.source.set_rows(self.rows)
        self.table.refresh()
        self.card.show_list(has_rows=bool(rows))


class BreachDialog(Dialog):
    """A breach whole: what happened, the clock, and each line of the register."""

    def __init__(self, window: QWidget, desk: Desk, body: Body, add: Any) -> None:
        super().__init__(window, str(body["title"]), icon="circle-alert", width=680)
        self._add = add
        zone, now = zone_of(desk), local_now(desk)
        words, _tone = clock_words(body["noticed_at"], body["told_at"], desk.clock.now())
        noticed = self.tr("Noticed {when}").format(when=instant_words(body["noticed_at"], zone, now))
        self.subtitle.setText(f"{noticed} · {words}")
        self.subtitle.show()
        column = ScrollColumn(padding=0)
        column.body.addWidget(Label(str(body["what"]), "body", wrap=True))
        concerned = [str(body["whom"])] if body["whom"] else []
        if body["people"] is not None:
            concerned.append(plural("1 person", "{n} people", int(body["people"])))
        column.body.addWidget(Label(" · ".join(concerned), "small", "muted", wrap=True))
        names = step_words()
        self.lines = RowList(name=self.tr("The register"))
        self.lines.set_rows(
            [
                RowContent(
                    str(one["id"]),
                    f"{names.get(one['step'], '')}: {one['words']}",
                    icon="clock",
                    end=instant_words(one["happened_at"], zone, now),
                    wraps=True,
                )
                for one in body["lines"]
            ]
        )
        card = Card(padded=False)
        card.add(self.lines)
        show_part(card, bool(body["lines"]))
        column.body.addWidget(card)
        column.body.addStretch(1)
        column.setFixedHeight(360)
        self.add(column)
        row = QHBoxLayout()
        row.addStretch(1)
        self.add(row)
        self.add_cancel(self.tr("Close"))
        self.add_button(primary(self.tr("Add a line"), "plus", self._add_line))

    def _add_line(self) -> None:
        self.reject()
        self._add()
