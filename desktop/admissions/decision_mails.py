"""The mails of a decision before it is made: of each applicant how it goes out, and what stands against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.admissions.store import ApplicationLine
from desktop.core.desk import Desk
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.label import IconText, Label
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.text_field import NoteField
from desktop.widgets.theme import theme
from shared.admissions.letter_words import usual_words
from shared.admissions.vocabulary import EVENT_OF, LETTER_OF, ApplicationState
from shared.core.text import text
from shared.messaging.filling import filled
from shared.messaging.letter_kinds import LETTERS
from shared.people.vocabulary import ORGANISATION

_PATH = "/applications/letters"
_MOST_AT_ONCE = 200
_PAUSE_MS = 400
"""So long after the last key the server is asked anew."""
_HIGH = 292
Mail = Mapping[str, Any]


def _tr(words: str) -> str:
    return QCoreApplication.translate("DecisionMails", words)


def supplied(desk: Desk, line: ApplicationLine, decision: ApplicationState, words: str) -> Mail:
    """Return a mail as this computer knows it: by the supplied text, with nothing known of wishes and blocks."""
    kind = EVENT_OF[decision]
    institute = str((desk.store.get(ORGANISATION, desk.actor.organisation_id) or {}).get("name") or "")
    said = words.strip() or usual_words(kind, line.name, line.course, institute)
    values = {"message": said, "number": str(line.body["number"] or ""), "course": line.course, "institute": institute}
    values |= {"given_name": line.name.partition(" ")[0], "person": line.name}
    subject, body = LETTERS[LETTER_OF[kind]].supplied("mail")
    to = str(line.body["email"] or "")
    missing = "" if to else text("There is no mail address. Tell the applicant by phone.")
    code = "" if to else "address_missing"
    shown = {"subject": filled(subject, values), "text": filled(body, values)}
    return {"id": line.id, "to": to, "code": code, "reason": missing, **shown}


class DecisionMails(QWidget):
    """The list of applicants, where there are several, and beside it the chosen one's mail."""

    def __init__(self, desk: Desk, lines: Sequence[ApplicationLine], decision: ApplicationState) -> None:
        super().__init__()
        self._desk, self._lines, self._decision = desk, list(lines), decision
        self._words, self._asked = "", 0
        self.mails: dict[str, Mail] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        self.list = RowList(selectable=True, name=_tr("Applicants"))
        self.list.pressed.connect(lambda _id: self._show())
        if len(lines) > 1:
            row.addWidget(self._scrolled(), 2)
        column = QVBoxLayout()
        column.setSpacing(6)
        self.subject = Label("", "body-strong", wrap=True)
        self.to = IconText("mail", "", "text2", step="small")
        self.text = NoteField(lines=9, name=_tr("The mail as it goes out"))
        self.text.setReadOnly(True)
        self.source = Label(_tr("By the supplied text: the server may have the institute's own."), "small", "muted")
        for widget in (self.subject, self.to, self.text, self.source):
            column.addWidget(widget)
        column.addStretch(1)
        row.addLayout(column, 3)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._ask)
        self._take([supplied(desk, line, decision, "") for line in self._lines], sure=False)

    def _scrolled(self) -> QScrollArea:
        content = QWidget()
        content.setProperty("plain", True)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        column.addStretch(1)  # few applicants stand at the top, one below the other
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFixedHeight(theme().px(_HIGH))
        area.setWidget(content)
        return area

    def write(self, words: str) -> None:
        """Show the mails with other words of the message; empty ones are the usual ones."""
        self._words = words
        mails = [supplied(self._desk, line, self._decision, words) for line in self._lines]
        known = self.mails
        # What stands against a mail doesn't change with its words.
        kept = [{**one, **{part: known[one["id"]][part] for part in ("code", "reason")}} for one in mails]
        self._take(kept, sure=False)
        self._timer.start()

    def ask(self) -> None:
        """Ask the server now."""
        self._ask()

    def _ask(self) -> None:
        client = self._desk.client
        if client is None or not client.is_signed_in:
            return
        self._asked += 1
        ids = [line.id for line in self._lines[:_MOST_AT_ONCE]]
        wanted = {"ids": ids, "decision": str(self._decision), "words": self._words.strip()[:2000]}
        done = partial(self._told, self._asked)
        run_in_background(partial(client.act, _PATH, wanted), done, lambda _why: None, self, Lane.NETWORK)

    def _told(self, turn: int, mails: Sequence[Mail]) -> None:
        if turn == self._asked:
            self._take(mails, sure=len(mails) == len(self._lines))

    def _take(self, mails: Sequence[Mail], *, sure: bool) -> None:
        self.mails |= {str(one["id"]): one for one in mails}
        self.source.setVisible(not sure)
        chosen = self.list.chosen or self._lines[0].id
        self.list.set_rows([self._row(line) for line in self._lines])
        self.list.choose(chosen)
        self._show()

    def _row(self, line: ApplicationLine) -> RowContent:
        mail = self.mails[line.id]
        good = not mail["code"]
        sign = ("mail", "text2") if good else ("circle-alert", "warn")
        detail = str(mail["to"]) if good else str(mail["reason"])
        return RowContent(line.id, line.name, detail, icon=sign[0], tone=sign[1])

    def _show(self) -> None:
        mail = self.mails[self.list.chosen or self._lines[0].id]
        self.subject.setText(str(mail["subject"]))
        if self.text.toPlainText() != mail["text"]:
            self.text.setPlainText(str(mail["text"]))
        if mail["code"]:
            self.to.set_state("circle-alert", str(mail["reason"]), "warn")
        else:
            self.to.set_state("mail", _tr("Goes to {mail}").format(mail=mail["to"]), "text2")
