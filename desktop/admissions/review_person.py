"""The middle of the review: who applies, how far it is, and in tabs the answers, documents, messages and history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.admissions.document_tile import DocumentTile
from desktop.admissions.step_strip import StepStrip
from desktop.admissions.store import ApplicationLine, events_of, score_of
from desktop.admissions.words import answer_words, event_words, moment_words, state_look
from desktop.core.desk import Desk
from desktop.timetable.times import local, short_day, zone_of
from desktop.widgets.avatar import Avatar
from desktop.widgets.badge import Badge
from desktop.widgets.card import Card, Line, Panel, Well
from desktop.widgets.label import ElidedLabel, Label
from desktop.widgets.layouts import FactGrid, ScrollColumn
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.tabs import Tabs
from shared.admissions.rules import documents_there
from shared.admissions.vocabulary import LETTER_OF, ApplicationState, EventKind

Body = Mapping[str, Any]
APPLICATION, DOCUMENTS, MESSAGES, HISTORY = "application", "documents", "messages", "history"
_PER_ROW = 4


class ReviewPerson(QWidget):
    """Shows one application; `document` gives the key of a document that somebody wants to look at."""

    document = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._zone = desk, zone_of(desk)
        self.line: ApplicationLine | None = None
        self.avatar = Avatar(size=56)
        self.name, self.detail = ElidedLabel("", "title"), ElidedLabel("", "body", "text2")
        self.badge = Badge("")
        self.strip = StepStrip()
        self.tabs = Tabs(
            [
                (APPLICATION, self.tr("Application")),
                (DOCUMENTS, self.tr("Documents")),
                (MESSAGES, self.tr("Messages")),
                (HISTORY, self.tr("History")),
            ],
            name=self.tr("Parts of the application"),
        )
        self.pages = QStackedWidget()
        self.columns = {one: ScrollColumn(padding=18) for one in (APPLICATION, DOCUMENTS, MESSAGES, HISTORY)}
        for column in self.columns.values():
            self.pages.addWidget(column)
        self._lay()
        self.tabs.chosen_changed.connect(lambda chosen: self.pages.setCurrentWidget(self.columns[chosen]))

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = Panel()
        head.body.setContentsMargins(24, 18, 24, 0)
        row = QHBoxLayout()
        row.setSpacing(14)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.name)
        words.addWidget(self.detail)
        row.addWidget(self.avatar)
        row.addLayout(words, 1)
        row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        head.body.addLayout(row)
        head.body.addWidget(self.strip)
        head.body.addWidget(self.tabs)
        column.addWidget(head)
        column.addWidget(Line())
        column.addWidget(self.pages, 1)

    # -------------------------------------------------------------------------------------------------- showing

    def show_line(self, line: ApplicationLine) -> None:
        """Show an application."""
        self.line = line
        body = line.body
        self.avatar.set_person(line.name, body["number"] or line.id)
        self.name.setText(line.name)
        sent = body["submitted_at"] or body["started_at"]
        day = short_day(local(sent, self._zone).date())
        said = self.tr("applied {day}") if body["submitted_at"] else self.tr("begun {day}")
        number = body["number"] or self.tr("not numbered yet")
        parts = (number, said.format(day=day), body["content"]["title"])
        self.detail.setText(" · ".join(parts))
        self.badge.set_state(*state_look(body["state"]))
        ended = body["state"] in (ApplicationState.REJECTED, ApplicationState.WITHDRAWN)
        self.strip.show_step(line.step, ended=ended)
        there, wanted = documents_there(body)
        count = self.tr("Documents {there} of {wanted}").format(there=there, wanted=wanted)
        self.tabs.set_text(DOCUMENTS, count if wanted else self.tr("Documents"))
        events = events_of(self._desk, line.id)
        messages = [one for one in events if EventKind(one["kind"]) in LETTER_OF]
        self.tabs.set_text(MESSAGES, self.tr("Messages {n}").format(n=len(messages)))
        self._show_answers(body)
        self._fill(DOCUMENTS, [self._documents_card(body)])
        self._fill(MESSAGES, [self._events_card(self.tr("Messages"), messages, self.tr("Nobody has written yet."))])
        self._fill(HISTORY, [self._events_card(self.tr("History"), events, "")])

    def _fill(self, tab: str, widgets: list[QWidget]) -> None:
        layout = self.columns[tab].body
        while (item := layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for widget in widgets:
            layout.addWidget(widget)
        layout.addStretch(1)

    def _show_answers(self, body: Body) -> None:
        cards: list[QWidget] = []
        if not body["fee_paid"]:
            cards.append(
                Well("banknote", self.tr("The application fee isn't paid yet. The form is locked till then."), "warn")
            )
        contact = {"phone": self.tr("Phone"), "email": self.tr("Email")}
        first = FactGrid()
        for name, label in contact.items():
            first.set_fact(label, str(body[name]))
        score = score_of(self._desk, body["id"])
        first.set_fact(self.tr("Mean score"), "" if score is None else str(score))
        if body.get("interview_at"):
            first.set_fact(self.tr("Interview"), moment_words(body["interview_at"], self._zone))
        cards.append(_card(self.tr("Applicant"), first))
        for step in body["content"]["steps"]:
            grid = FactGrid()
            for field in step["fields"]:
                grid.set_fact(str(field["label"]), answer_words(field, body["answers"].get(field["key"])))
            cards.append(_card(str(step["title"]), grid))
        if body["content"]["documents"]:
            cards.append(self._documents_card(body))
        self._fill(APPLICATION, cards)

    def _documents_card(self, body: Body) -> QWidget:
        card, grid = Card(self.tr("Documents")), QGridLayout()
        grid.setSpacing(12)
        for at, wanted in enumerate(body["content"]["documents"]):
            key = wanted["key"]
            tile = DocumentTile(str(wanted["title"]), body["answers"].get(key), body["document_checks"].get(key, ""))
            tile.clicked.connect(lambda _checked=False, key=key: self.document.emit(key))
            grid.addWidget(tile, at // _PER_ROW, at % _PER_ROW)
        for column in range(_PER_ROW):
            grid.setColumnStretch(column, 1)
        if not body["content"]["documents"]:
            card.add(Label(self.tr("This form asks for no documents."), "body", "muted"))
        card.add(grid)
        return card

    def _events_card(self, title: str, events: list[dict[str, Any]], nothing: str) -> QWidget:
        card, rows = Card(title, padded=False), RowList(name=title)
        contents = []
        for one in events:
            words, icon = event_words(one["kind"])
            score = self.tr("Score {n}").format(n=one["score"]) if one.get("score") is not None else ""
            said = " · ".join(part for part in (score, one["by_name"], one["words"]) if part)
            contents.append(RowContent(one["id"], words, said, icon=icon, end=moment_words(one["at"], self._zone)))
        rows.set_rows(contents)
        card.add(rows)
        if not events and nothing:
            card.add(Label(f"  {nothing}", "body", "muted"))
        return card


def _card(title: str, grid: FactGrid) -> Card:
    card = Card(title)
    card.add(grid)
    return card
