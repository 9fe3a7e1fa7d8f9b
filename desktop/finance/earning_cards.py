"""Cards that list rows about earnings, with the buttons of what can be done with the one under the cursor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication

from desktop.core.desk import Desk
from desktop.finance import earning_actions
from desktop.finance.account_store import today_of
from desktop.finance.earning_dialogs import AffiliateDialog, ShareDialog, WordsDialog, code_dialog
from desktop.finance.earning_store import (
    NamedRow,
    affiliates,
    amount_words,
    kind_word,
    payout_look,
    payout_rows,
    rate_words,
    refused_codes,
    share_rows,
    terms_words,
)
from desktop.finance.kept_rows import state_cell
from desktop.finance.rows_card import KeptCard, RowsCard
from desktop.finance.words import entry_day
from desktop.people.code_notice import place_words
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.layouts import show_part
from shared.finance.earning_vocabulary import PayoutState
from shared.finance.permissions import may_approve, may_charge, may_manage_finance

Words = Callable[[NamedRow], Any]


def _tr(words: str) -> str:
    return QCoreApplication.translate("EarningCards", words)


def column(key: str, title: str, cell: Words, width: int, kind: CellKind = CellKind.MUTED) -> Column:
    """Return a column that isn't sorted; the first one of a card takes the room that is left."""
    return Column(key, title, cell, kind, width, sortable=False)


class AffiliatesCard(KeptCard[NamedRow]):
    """Those who bring students, with their codes and terms."""

    def __init__(self, desk: Desk) -> None:
        columns = (
            Column("name", _tr("Name"), lambda row: row.name, width=220, stretch=True, sortable=False),
            column("code", _tr("Code"), lambda row: str(row.body["code"]), 140),
            column("terms", _tr("Earns"), lambda row: terms_words(row.body), 280),
            column("mail", _tr("Mail"), lambda row: str(row.body["mail"]), 200),
            column("state", _tr("State"), state_cell, 120, CellKind.BADGE),
        )
        super().__init__(desk, _tr("Affiliates"), _tr("No affiliates yet."), columns, _tr("Add an affiliate"))

    def read(self) -> list[NamedRow]:
        """Return the affiliates by name."""
        return [NamedRow(one, str(one["name"])) for one in affiliates(self._desk)]

    def form(self, row: NamedRow | None) -> AffiliateDialog:
        """Return the dialog of an affiliate."""
        return AffiliateDialog(self.window(), self._desk, row.body if row else None)

    def take_out(self, row: NamedRow) -> str:
        """Take a code from nobody any more."""
        earning_actions.retire(self._desk, row.body)
        return _tr("The code of {name} isn't taken any more").format(name=row.name)


class SharesCard(RowsCard[NamedRow]):
    """What was agreed on with instructors; a later share of a course takes the place of an earlier one."""

    def __init__(self, desk: Desk) -> None:
        columns = (
            Column("name", _tr("Instructor"), lambda row: row.name, width=220, stretch=True, sortable=False),
            column("course", _tr("Course"), lambda row: row.place, 300),
            column("rate", _tr("Share"), lambda row: rate_words(row.body["rate"]), 100, CellKind.NUMBER),
            column("from", _tr("From"), lambda row: entry_day(row.body["from_on"], today_of(desk)), 140),
        )
        super().__init__(desk, _tr("Instructors' shares"), _tr("No shares yet."), columns)
        self.add_button = self.button(_tr("Agree on a share"), "plus", self.new)
        show_part(self.add_button, may_manage_finance(desk.actor))
        self.refresh()

    def read(self) -> list[NamedRow]:
        """Return the shares, the latest first."""
        return share_rows(self._desk)

    def new(self) -> None:
        """Agree on a share."""
        self.ask(ShareDialog(self.window(), self._desk))


class CodesCard(RowsCard[NamedRow]):
    """Codes that people typed on coming and that weren't taken, with the reason; a right one can still be given."""

    def __init__(self, desk: Desk) -> None:
        columns = (
            Column("name", _tr("Student"), lambda row: row.name, width=200, stretch=True, sortable=False),
            column("code", _tr("Code"), lambda row: str(row.body["code"]), 120),
            column("place", _tr("Typed"), lambda row: place_words(row.body["place"]), 160),
            column("why", _tr("Why it wasn't taken"), lambda row: row.place, 460),
            column("day", _tr("Date"), lambda row: entry_day(row.body["typed_on"], today_of(desk)), 100),
        )
        super().__init__(desk, _tr("Codes that weren't taken"), _tr("Every code that was typed was taken."), columns)
        self.give_button = self.button(_tr("Give another code"), "users", self.give)
        self.refresh()

    def read(self) -> list[NamedRow]:
        """Return the codes, the latest first."""
        return refused_codes(self._desk)

    def show_buttons(self) -> None:
        """Show the button to those who give codes."""
        row = self.current()
        self.give_button.setVisible(may_charge(self._desk.actor))
        self.give_button.setEnabled(row is not None and row.body["reason"] != "referral_late")

    def give(self) -> None:
        """Ask for the right code."""
        row = self.current()
        if row is not None:
            self.ask(code_dialog(self.window(), self._desk, str(row.body["person_id"]), row.name))


class PayoutsCard(RowsCard[NamedRow]):
    """Payouts, those that wait for a second person first."""

    def __init__(self, desk: Desk) -> None:
        columns = (
            Column("name", _tr("To"), lambda row: row.name, width=220, stretch=True, sortable=False),
            column("kind", _tr("Kind"), lambda row: kind_word(row.body["payee_kind"]), 110),
            column("amount", _tr("Amount"), lambda row: amount_words(row.body), 140, CellKind.NUMBER),
            column("by", _tr("Asked by"), lambda row: str(row.body["asked_by_name"]), 150),
            column("reference", _tr("Reference"), lambda row: str(row.body["reference"] or row.body["reason"]), 170),
            column("day", _tr("Date"), lambda row: entry_day(row.body["day"], today_of(desk)), 100),
            column("state", _tr("State"), lambda row: Cell(*payout_look(row.body)), 120, CellKind.BADGE),
        )
        super().__init__(desk, _tr("Payouts"), _tr("No payouts yet."), columns)
        self.pay_button = self.button(_tr("Pay out"), "check", self.pay)
        self.refuse_button = self.button(_tr("Refuse"), "x", self.refuse)
        self.back_button = self.button(_tr("Take back"), "history", self.take_back)
        self.refresh()

    def read(self) -> list[NamedRow]:
        """Return the payouts."""
        return payout_rows(self._desk)

    def show_buttons(self) -> None:
        """Show what a second person may decide."""
        row = self.current()
        may = row is not None and earning_actions.may_decide(self._desk, row.body)
        self.pay_button.setVisible(may)
        self.refuse_button.setVisible(may)
        paid = row is not None and row.body["state"] == PayoutState.PAID
        self.back_button.setVisible(paid and may_approve(self._desk.actor))

    def pay(self) -> None:
        """Ask for the reference."""
        self._decide(_tr("Pay out"), _tr("Reference of the transfer or cheque"), paid=True)

    def refuse(self) -> None:
        """Ask why not."""
        self._decide(_tr("Refuse"), _tr("Reason"), paid=False)

    def _decide(self, title: str, field: str, *, paid: bool) -> None:
        row = self.current()
        if row is None:
            return
        said = _tr("{amount} to {name}").format(amount=amount_words(row.body), name=row.name)

        def act(words: str) -> str:
            earning_actions.decide(self._desk, row.body, paid=paid, words=words)
            return _tr("Paid out: {what}").format(what=said) if paid else _tr("Refused: {what}").format(what=said)

        self.ask(WordsDialog(self.window(), title, said, field, act))

    def take_back(self) -> None:
        """Ask why a payout is taken back."""
        row = self.current()
        if row is None:
            return
        said = _tr("{amount} to {name}").format(amount=amount_words(row.body), name=row.name)

        def act(words: str) -> str:
            earning_actions.take_back(self._desk, row.body, words)
            return _tr("Taken back: {what}").format(what=said)

        self.ask(WordsDialog(self.window(), _tr("Take back"), said, _tr("Reason"), act))
