"""What a student asks about a mark and what is answered: a card for the student, a notice for whoever marks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.grading.marking_line import WorkLine
from desktop.grading.marking_store import Bench
from desktop.grading.regrade_actions import answer, ask_again, may_ask, own_enrolment, requests_of
from desktop.grading.words_dialog import WordsDialog
from desktop.shell.page import follow, tell
from desktop.shell.times import instant_words, local_now, zone_of
from desktop.widgets.buttons import Button, Kind, secondary
from desktop.widgets.card import Card, Well
from desktop.widgets.label import Label
from shared.grading.moderation_vocabulary import MOST_WORDS, REGRADE, RegradeOutcome, RegradeState
from shared.grading.vocabulary import MARK

Body = Mapping[str, Any]


def _tr(words: str) -> str:
    return QCoreApplication.translate("Regrade", words)


def request_words(desk: Desk, request: Body) -> tuple[str, str]:
    """Return what was asked, and its answer, each with who and when."""
    zone, now = zone_of(desk), local_now(desk)
    asked = _tr("Asked {when}: {words}").format(
        when=instant_words(request["asked_at"], zone, now), words=request["reason"]
    )
    if request["state"] == RegradeState.OPEN:
        return asked, _tr("Waits for an answer.")
    told = {
        RegradeOutcome.KEPT: _tr("{name}, {when}: the mark stays. {words}"),
        RegradeOutcome.CHANGED: _tr("{name}, {when}: the mark was changed. {words}"),
    }[RegradeOutcome(request["outcome"])]
    name = request["answered_by_name"] or _tr("Someone")
    when = instant_words(request["answered_at"], zone, now)
    return asked, told.format(name=name, when=when, words=request["answer"]).strip()


def asked_lines(desk: Desk, assignment_id: str) -> list[tuple[str, str, str]]:
    """Return what a student asked about an own mark as lines of a calculation: what, no figure, the answer."""
    found = own_enrolment(desk, assignment_id)
    requests = requests_of(desk, str(found[0]["id"]), str(found[1]["id"])) if found else []
    told = (request_words(desk, one) for one in requests)
    return [(asked, "", answered) for asked, answered in told]


def open_asking(page: QWidget, desk: Desk, assignment: Body, enrolment: Body) -> WordsDialog:
    """Let a student ask about a mark."""

    def act(words: str) -> None:
        ask_again(desk, str(assignment["id"]), enrolment, words)
        tell(page, _tr("Asked. The answer comes here and to your notices."))

    title, label = _tr("Ask about this mark"), _tr("What should be looked at again?")
    hint = _tr("Whoever marks the work reads this and answers, with a reason or another mark.")
    dialog = WordsDialog(page.window(), title, str(assignment["title"]), label, hint, _tr("Ask"), act, most=MOST_WORDS)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open_dialog()
    return dialog


def open_answering(page: QWidget, desk: Desk, request: Body, name: str, done: Callable[[], object]) -> WordsDialog:
    """Let whoever marks say why a mark stays; `done` is called once it is said."""

    def act(words: str) -> None:
        answer(desk, request, words)
        done()
        tell(page, _tr("{name} reads your answer").format(name=name))

    title, label = _tr("Keep the mark"), _tr("Why it stays")
    hint = _tr("To give another mark instead, change it in the rubric: that answers, too.")
    dialog = WordsDialog(
        page.window(), title, str(request["reason"])[:120], label, hint, _tr("Answer"), act, most=MOST_WORDS
    )
    dialog.finished.connect(dialog.deleteLater)
    dialog.open_dialog()
    return dialog


def question_widgets(page: QWidget, desk: Desk, bench: Bench, line: WorkLine) -> list[QWidget]:
    """Return the notice above the rubric where a student waits for an answer."""
    request = line.asked
    if request is None:
        return []
    words = _tr("{name} asks about this mark: {words}").format(name=line.first_name, words=request["reason"])
    well = Well("message-square", words, "warn")
    if bench.may_mark:

        def keep() -> None:
            open_answering(page, desk, request, line.name, well.hide)

        well.body.addWidget(Button(_tr("Keep the mark"), kind=Kind.LINK, on_click=keep))
    return [well]


class QuestionCard(QWidget):
    """Stands on a student's page of work, once the mark is released: what was asked, and asking."""

    def __init__(self, desk: Desk, assignment_id: str) -> None:
        super().__init__()
        self._desk, self._assignment_id = desk, assignment_id
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.card = Card(_tr("Questions about the mark"))
        self.rows = QVBoxLayout()
        self.rows.setSpacing(8)
        self.card.add(self.rows)
        self.button = secondary(_tr("Ask about this mark"), "message-square", self.ask)
        self.card.add(self.button)
        column.addWidget(self.card)
        self.refresh()
        follow(desk.store, self, self._store_changed)

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & {REGRADE, MARK} or not changed.keys:
            self.refresh()

    def refresh(self) -> None:
        """Show what was asked and answered."""
        while (item := self.rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        found = own_enrolment(self._desk, self._assignment_id)
        requests = requests_of(self._desk, found[0]["id"], found[1]["id"]) if found else []
        for one in requests:
            asked, told = request_words(self._desk, one)
            self.rows.addWidget(Label(asked, "body", wrap=True))
            self.rows.addWidget(Label(told, "body", "text2", wrap=True))
        may = found is not None and may_ask(self._desk, str(found[0]["id"]), found[1])
        self.button.setVisible(may)
        shown = bool(requests) or may
        if self.parent() is not None or not shown:  # shown without a parent it would be a window of its own
            self.setVisible(shown)

    def ask(self) -> None:
        """Ask about the mark."""
        found = own_enrolment(self._desk, self._assignment_id)
        if found is not None:
            open_asking(self, self._desk, *found)
