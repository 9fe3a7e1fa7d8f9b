"""Who reviews whom on a piece of work: shared out evenly or by hand, and how far the reviews are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.grading.peer_actions import assign, may_share, share_out, take_away
from desktop.grading.peer_store import handed_in, names_of, reviews_of
from desktop.shell.page import follow
from desktop.widgets.buttons import secondary
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.layouts import show_part
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.core.text import plural
from shared.grading.vocabulary import PEER_REVIEW, SUBMISSION, ReviewState

_HEIGHT = 320


def _tr(words: str) -> str:
    return QCoreApplication.translate("PeerDialog", words)


@dataclass(frozen=True)
class PeerRow:
    """A review with the names of both."""

    body: Mapping[str, Any]
    reviewer: str
    author: str

    @property
    def id(self) -> str:
        """The review's id."""
        return str(self.body["id"])

    @property
    def sent(self) -> bool:
        """Whether it is written and sent."""
        return bool(self.body["state"] == ReviewState.SENT)


class PeerDialog(Dialog):
    """Stays open while reviews are shared out; what it shows follows the store."""

    def __init__(self, window: QWidget, desk: Desk, assignment: Mapping[str, Any]) -> None:
        title = _tr("Reviews of {work}").format(work=assignment["title"])
        super().__init__(window, title, icon="users", width=820)
        self._desk, self._assignment = desk, assignment
        self.source: ListSource[PeerRow] = ListSource(
            lambda one: one.id,
            {"reviewer": lambda one: one.reviewer, "author": lambda one: one.author, "state": lambda one: one.sent},
            name_key="reviewer",
        )
        self.words = Label("", "body", "text2", wrap=True)
        self.add(self.words)
        if may_share(desk, assignment):
            self.add(self._make_tools())
        self.table = RecordTable(self.source, self._columns(), name=_tr("Who reviews whom"))
        self.table.setMinimumHeight(theme().px(_HEIGHT))
        self.add(self.table, 1)
        self.problem = Label("", "small", "bad", wrap=True)
        self.problem.hide()
        self.add(self.problem)
        self.remove_button = secondary(_tr("Take away"), "x", self.remove)
        show_part(self.remove_button, may_share(desk, assignment))
        self.foot_words(self.remove_button)
        self.add_cancel(_tr("Close"))
        self.refresh()
        follow(desk.store, self, self._store_changed)

    def _make_tools(self) -> QLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.share_button = secondary(_tr("Share out evenly"), "refresh-cw", self.share)
        row.addWidget(self.share_button, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        self.reviewer = Combo([("", _tr("Choose a student"))], name=_tr("Reviewer"))
        self.author = Combo([("", _tr("Choose a student"))], name=_tr("Whose work"))
        row.addWidget(Field(_tr("Reviewer"), self.reviewer), 2)
        row.addWidget(Field(_tr("Whose work"), self.author), 2)
        self.add_review = secondary(_tr("Add"), "plus", self.give)
        row.addWidget(self.add_review, 0, Qt.AlignmentFlag.AlignBottom)
        return row

    @staticmethod
    def _columns() -> list[Column]:
        return [
            Column("reviewer", _tr("Reviewer"), lambda one: one.reviewer, width=220),
            Column("author", _tr("Whose work"), lambda one: one.author, width=220, stretch=True),
            Column("state", _tr("Review"), _state, CellKind.BADGE, width=120),
            Column("score", _tr("Points"), lambda one: str(one.body["score"] or ""), CellKind.NUMBER, width=90),
        ]

    # -------------------------------------------------------------------------------------------------- showing

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & {PEER_REVIEW, SUBMISSION} or not changed.keys:
            self.refresh()

    def refresh(self) -> None:
        """Show who reviews whom by now."""
        names = names_of(self._desk, self._assignment)
        found = reviews_of(self._desk, str(self._assignment["id"]))
        rows = [
            PeerRow(one, names.get(one["reviewer_enrolment_id"], "–"), names.get(one["author_enrolment_id"], "–"))
            for one in found
        ]
        self.source.set_rows(rows)
        self.table.refresh()
        sent = sum(one.sent for one in rows)
        count = int(self._assignment["peer_reviews"])
        told = plural("Each student reviews 1 other.", "Each student reviews {n} others.", count)
        done = _tr("{n} of {all} reviews are written.").format(n=sent, all=len(rows))
        why = _tr("They are shared out when the work is closed, or here at once.")
        self.words.setText(" ".join((told, done if rows else why)))
        self.remove_button.setEnabled(bool(rows))
        if may_share(self._desk, self._assignment):
            there = handed_in(self._desk, self._assignment)
            choices = [(key, names[key]) for key in names]
            self._offer(self.reviewer, choices)
            self._offer(self.author, [one for one in choices if one[0] in there])

    @staticmethod
    def _offer(combo: Combo, choices: list[tuple[str, str]]) -> None:
        chosen = combo.chosen
        combo.set_choices([("", _tr("Choose a student")), *choices])
        combo.choose(chosen or "")

    # ---------------------------------------------------------------------------------------------------- doing

    def _try(self, act: Callable[[], object]) -> None:
        self.problem.hide()
        try:
            act()
        except CampusError as problem:
            self.problem.setText(problem.message)
            self.problem.show()
            return
        self.refresh()

    def share(self) -> None:
        """Have the server share reviews out evenly."""
        self._try(self._share)

    def _share(self) -> None:
        count = share_out(self._desk, self._assignment)
        words = plural("1 review is shared out.", "{n} reviews are shared out.", count)
        note = _tr("Who reviews whom shows as soon as the server has answered.")
        self.problem.setText(f"{words} {note}" if count else _tr("Everybody has enough to review already."))
        self.problem.set_tone("text2")
        self.problem.show()

    def give(self) -> None:
        """Have the chosen student review the chosen work."""
        self.problem.set_tone("bad")
        reviewer, author = str(self.reviewer.chosen or ""), str(self.author.chosen or "")
        if reviewer and author:
            self._try(lambda: assign(self._desk, self._assignment, reviewer, author))

    def remove(self) -> None:
        """Take the current review away."""
        self.problem.set_tone("bad")
        found = self.source.rows([self.table.current_id()]).get(self.table.current_id())
        if found is not None:
            self._try(lambda: take_away(self._desk, self._assignment, found.body))


def _state(one: PeerRow) -> Cell:
    return Cell(_tr("Sent"), "ok") if one.sent else Cell(_tr("Not yet"), "neu")
