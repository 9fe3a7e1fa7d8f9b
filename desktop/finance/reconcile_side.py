"""Beside the list of reconciliation: the row under the cursor, what may belong to it, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.finance import bank_store as store
from desktop.finance.account_store import today_of
from desktop.finance.bank_store import Listed, MoneyRow
from desktop.finance.bank_words_shown import reasons_words, source_word
from desktop.finance.money_list import MoneyList
from desktop.finance.words import entry_day
from desktop.shell.file_thumb import FileThumb
from desktop.timetable.store import full_name
from desktop.widgets.buttons import Button, primary
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.notice import Notice
from shared.core.money import money_text
from shared.finance.bank_words import Goal, MatchState
from shared.finance.match_rules import problem_words
from shared.people.vocabulary import PERSON

_WIDTH, _PICTURE = 328, 240


class ReconcileSide(QWidget):
    """``matched`` gives the id of the goal that was chosen; the buttons are the page's to act on."""

    matched = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setFixedWidth(_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        self.card = Card(self.tr("Line"))
        self.amount = Label("", "section")
        self.left = Label("", "small", "warn", wrap=True)
        self.words = Label("", "body", wrap=True)
        self.facts = Label("", "small", "text2", wrap=True)
        self.problem = Notice()
        for widget in (self.amount, self.left, self.words, self.facts, self.problem):
            self.card.add(widget)
        self.thumb: FileThumb | None = None
        column.addWidget(self.card)
        self.hints_card = Card(self.tr("What it may be"), padded=False)
        self.hints = RowList(name=self.tr("What it may be"))
        self.hints.pressed.connect(self.matched)
        self.none = Label("", "small", "muted", wrap=True)
        self.none.setContentsMargins(16, 12, 16, 12)
        self.hints_card.add(self.hints)
        self.hints_card.add(self.none)
        column.addWidget(self.hints_card)
        self._make_buttons()
        column.addWidget(self.acts_card)
        column.addStretch(1)
        self.show_row(None, MoneyList(desk))

    def _make_buttons(self) -> None:
        self.acts_card = Card()
        self.match_button = primary(self.tr("Match (Enter)"), "check").stretch()
        self.place_button = Button(self.tr("Place on students (Ctrl+L)"), icon="users").stretch()
        self.aside_button = Button(self.tr("Set aside (Ctrl+D)"), icon="x").stretch()
        self.open_button = Button(self.tr("Open again (Ctrl+D)"), icon="history").stretch()
        self.return_button = Button(self.tr("Give back (Ctrl+B)"), icon="arrow-left").stretch()
        self.approve_button = Button(self.tr("Approve the return"), icon="check").stretch()
        self.refuse_button = Button(self.tr("Refuse the return"), icon="x").stretch()
        self.end_button = Button(self.tr("End the match (Ctrl+E)"), icon="history").stretch()
        self.look_button = Button(self.tr("Save a copy"), icon="download").stretch()
        self.book_button = primary(self.tr("Approve and book"), "check").stretch()
        self.decline_button = Button(self.tr("Decline"), icon="x").stretch()
        self.came_button = Button(self.tr("The money is there"), icon="check").stretch()
        self.gone_button = Button(self.tr("The money never came"), icon="x").stretch()
        self.buttons = (
            *(self.match_button, self.place_button, self.aside_button, self.open_button, self.return_button),
            *(self.look_button, self.book_button, self.decline_button),
            *(self.approve_button, self.refuse_button, self.end_button, self.came_button, self.gone_button),
        )
        for button in self.buttons:
            self.acts_card.add(button)

    def show_row(self, row: MoneyRow | None, money: MoneyList) -> None:
        """Show a row, or nothing."""
        self.card.setVisible(row is not None)
        self.hints_card.setVisible(row is not None and row.goal is None and row.part in (store.OPEN, store.MATCHED))
        for button in self.buttons:
            button.hide()
        if row is None:
            self.acts_card.hide()
            return
        if self.hints_card.head is not None:
            known = row.part == store.MATCHED
            self.hints_card.head.title.setText(self.tr("What it is") if known else self.tr("What it may be"))
        self._show_facts(row)
        self._show_thumb(row)
        if row.part == store.PROOF:
            for button in (self.look_button, self.book_button, self.decline_button):
                button.show()
        elif row.goal is None:
            self._show_hints(row, money)
            self._show_line_buttons(row)
        else:
            self.came_button.setVisible(row.is_unconfirmed)
            self.gone_button.setVisible(row.is_unconfirmed)
        self.acts_card.setVisible(any(not button.isHidden() for button in self.buttons))

    def _show_facts(self, row: MoneyRow) -> None:
        self.amount.setText(money_text(row.amount, row.currency))
        part = row.goal is None and row.left not in (0, row.amount)
        self.left.setText(self.tr("{amount} of it is left").format(amount=money_text(row.left, row.currency)))
        self.left.setVisible(part)
        self.words.setText(row.words or self.tr("No text"))
        facts = [source_word(row.source), entry_day(row.day, today_of(self._desk)), row.reference]
        reason = row.body.get("reason") if row.part == store.ASIDE else ""
        self.facts.setText(" · ".join(filter(None, [*facts, str(reason or "")])))
        words = problem_words(str(row.body.get("problem") or ""), row.reference)
        self.problem.say(words)

    def _show_thumb(self, row: MoneyRow) -> None:
        if self.thumb is not None:
            self.thumb.hide()
            self.thumb.deleteLater()
            self.thumb = None
        if row.part == store.PROOF:
            self.thumb = FileThumb(self._desk, {**row.body, "name": row.body["file_name"]}, _PICTURE)
            self.card.add(self.thumb)

    def _show_line_buttons(self, row: MoneyRow) -> None:
        waits = next((one for one in row.matches if one["state"] == MatchState.WAITING), None)
        free = row.part == store.OPEN and bool(row.left)
        self.match_button.setVisible(free and bool(row.hints))
        self.place_button.setVisible(free and row.left > 0 and bool(row.body["live"]))
        self.return_button.setVisible(free and row.left > 0 and bool(row.body["live"]))
        self.aside_button.setVisible(free and not row.matches)
        self.open_button.setVisible(row.part == store.ASIDE)
        self.end_button.setVisible(bool(row.matches))
        other = waits is not None and waits["made_by"] != self._desk.actor.person_id
        self.approve_button.setVisible(other)
        self.refuse_button.setVisible(other)

    def _show_hints(self, row: MoneyRow, money: MoneyList) -> None:
        contents = [self._match_row(one, money, row.currency) for one in row.matches]
        contents += [
            self._goal_row(money.listed[one.key], reasons_words(one)) for one in row.hints if one.key in money.listed
        ]
        students = money.named(row.body) if row.left > 0 and not row.hints else []
        contents += [
            RowContent(f"person:{one['id']}", full_name(one), self.tr("Named in the text"), icon="user")
            for one in students[:5]
        ]
        self.hints.set_rows(contents)
        self.none.setText(self.tr("Nothing that was taken looks like this. Place it on students, or set it aside."))
        self.none.setVisible(not contents)

    def _goal_row(self, goal: Listed, detail: str) -> RowContent:
        return RowContent(goal.id, goal.words, detail, icon="receipt", end=money_text(goal.left, goal.currency))

    def _match_row(self, match: store.Body, money: MoneyList, currency: str) -> RowContent:
        goal = money.goal_of(match)
        back = match["goal"] == Goal.RETURN
        title = self.tr("Goes back: {reason}").format(reason=match["reason"]) if back else goal.words if goal else ""
        detail = self.tr("Matched by {name}").format(name=match["made_by_name"])
        if match["difference"]:
            amount = money_text(match["difference"], currency)
            detail = self.tr("Difference {amount}: {reason}").format(amount=amount, reason=match["reason"])
        end = money_text(match["amount"], currency)
        return RowContent(f"match:{match['id']}", title or self.tr("Payment"), detail, icon="check", tone="ok", end=end)

    def name_of(self, person_id: str) -> str:
        """Return a person's name."""
        return full_name(self._desk.store.get(PERSON, person_id))
