"""Take payment: how it is paid, the amount, where the money goes, the change, and the receipt as it will print."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from desktop.core.desk import Desk
from desktop.finance import receipt_actions
from desktop.finance.account_store import currency_of
from desktop.finance.receipt_actions import Part, Share, Taking
from desktop.finance.take_payment_fields import AmountField, ChangeBand, MethodRow, usual_amounts
from desktop.finance.take_payment_goals import GoalRows, goals_of
from desktop.finance.take_payment_preview import PreviewPanel
from desktop.finance.take_payment_words import PaymentWords
from desktop.finance.till_store import account_of, own_till
from desktop.people.words import full_name
from desktop.widgets.buttons import Button, link, primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.form_scroll import FormScroll
from desktop.widgets.label import IconText, Label
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.notice import Notice
from desktop.widgets.segmented import Segment, Segmented
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import theme
from shared.core.currencies import minor_digits
from shared.core.errors import CampusError
from shared.core.money import money_text, short_amount
from shared.finance.ledger_rules import share_out
from shared.finance.shift_rules import method_words
from shared.finance.vocabulary import Method
from shared.people.vocabulary import PERSON, Permission

_WIDTH, _LEFT = 960, 570
_SOON_MS = 150
_METHODS = (Method.CASH, Method.CARD, Method.MOBILE_MONEY, Method.BANK_TRANSFER)


def _tr(words: str) -> str:
    return QCoreApplication.translate("TakePaymentDialog", words)


class TakePaymentDialog(Dialog):
    """For one student, or from a sponsor for many. ``taken``: the receipt's id and whether to print it.

    ``phone_asked``: the student and the amount that is to be asked for on a phone instead.
    """

    needs = (Permission.FINANCE_TAKE_PAYMENT,)

    taken = Signal(str, bool)
    phone_asked = Signal(str, int)

    def __init__(self, window: QWidget, desk: Desk, person_ids: Sequence[str]) -> None:
        self._desk = desk
        self._people = desk.store.many(PERSON, list(person_ids))
        self._accounts = {one: account_of(desk, one) for one in self._people}
        self.currency = currency_of(desk)
        super().__init__(
            window, _tr("Take payment"), subtitle=self._about(), icon="banknote", width=_WIDTH, padded=False
        )
        self._fixed: list[Part] = []
        self._till_name = str((own_till(desk) or {}).get("name") or "")
        self.busy = False
        row = QHBoxLayout()
        row.setContentsMargins(20, 18, 20, 18)
        row.setSpacing(20)
        left = FormScroll()
        left.setFixedWidth(theme().px(_LEFT))
        self._left = left.body
        self._left.setContentsMargins(0, 0, 0, 0)
        self._left.setSpacing(10)
        self._make_left()
        row.addWidget(left)
        self.paper = PreviewPanel(desk, list(self._people.values()))
        self.paper.changed.connect(self._later)
        self.paper.prints.toggled.connect(lambda _on: self._show_button())
        row.addWidget(self.paper, 1)
        self.add(row)
        saved = _tr("Saved on this computer first, then sent.")
        self.foot_words(IconText("hard-drive", saved, "ok", text_tone="text2"))
        self.add_cancel()
        self.save_button = self.add_button(primary("", "check", self.receive))
        self._make_keys()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SOON_MS)
        self._timer.timeout.connect(self.draw_preview)
        self.amount.set_value(self._suggested())
        self._show_method()

    def _make_keys(self) -> None:
        for key in ("Ctrl+Return", "Ctrl+S"):
            self.on_key(key, self.receive)
        for at in range(len(_METHODS)):
            self.on_key(f"Alt+{at + 1}", partial(self.methods.pick, at))

    def _about(self) -> str:
        if len(self._people) == 1:
            (person_id, body), *_ = self._people.items()
            balance = money_text(self._accounts[person_id].balance, self.currency)
            parts = [full_name(body), body.get("number") or "", _tr("balance {amount}").format(amount=balance)]
            return " · ".join(part for part in parts if part)
        return _tr("{n} students in one receipt").format(n=len(self._people))

    def _suggested(self) -> int:
        due = sum(one.due_today for one in self._accounts.values())
        return due or max(0, sum(one.balance for one in self._accounts.values() if one.balance > 0))

    # ------------------------------------------------------------------------------------------------- the left half

    def _make_left(self) -> None:
        self._left.addWidget(Label(_tr("How is it paid?"), "small-medium", "text2"))
        tiles = (
            ("coins", _tr("Cash")),
            ("credit-card", _tr("Card")),
            ("phone", _tr("Mobile")),
            ("landmark", _tr("Bank")),
        )
        self.methods = MethodRow(tiles)
        self.methods.picked.connect(lambda _place: self._show_method(go_on=True))
        self._left.addWidget(self.methods)
        self.parts_list = RowList(name=_tr("Parts that are paid another way"))
        self.parts_list.pressed.connect(self._drop_part)
        self._left.addWidget(self.parts_list)
        self._make_amounts()
        self.notice = Notice()
        self._left.addWidget(self.notice)
        self._left.addWidget(Label(_tr("Goes to"), "small-medium", "text2"))
        self.goals = GoalRows(goals_of(self._desk, self._people, self._accounts), self.currency)
        self.goals.changed.connect(self.refresh)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(self.goals)
        scroll.setFixedHeight(min(theme().px(150), max(theme().px(44), self.goals.sizeHint().height() + 2)))
        self._left.addWidget(scroll)
        self.change = ChangeBand()
        self._left.addWidget(self.change)
        self.words = PaymentWords(several=len(self._people) > 1)
        self.words.changed.connect(self._later)
        self.payer, self.note = self.words.payer, self.words.note
        self._left.addWidget(self.words)
        self._left.addStretch(1)

    def _make_amounts(self) -> None:
        amounts = QHBoxLayout()
        amounts.setSpacing(12)
        self.amount, self.given = AmountField(self.currency), AmountField(self.currency)
        self.reference = TextField(sized="amount")
        self.reference.setMaxLength(100)
        self.amount_field = Field(_tr("Amount to receive"), self.amount)
        self.given_field = Field(_tr("Cash given"), self.given)
        self.reference_field = Field(_tr("Transaction id"), self.reference)
        for each in (self.amount_field, self.given_field, self.reference_field):
            amounts.addWidget(each, 1)
        self._left.addLayout(amounts)
        self.amount.changed.connect(self._amount_changed)
        self.given.changed.connect(self.refresh)
        self.reference.textChanged.connect(lambda _text: self.refresh())
        below = QHBoxLayout()
        below.setSpacing(6)
        self.usual = QHBoxLayout()
        self.usual.setSpacing(6)
        below.addLayout(self.usual)
        self.bank_kind = Segmented(
            (Segment(str(Method.BANK_TRANSFER), _tr("Transfer")), Segment(str(Method.CHEQUE), _tr("Cheque"))),
            name=_tr("Transfer or cheque"),
        )
        self.bank_kind.chosen_changed.connect(lambda _kind: self._show_method())
        below.addWidget(self.bank_kind)
        below.addStretch(1)
        self.phone_link = link(_tr("Ask for it on the phone"), on_click=self._ask_phone)
        self.split = link(_tr("Pay the rest another way"), on_click=self.split_here)
        for one in (self.phone_link, self.split):
            below.addWidget(one)
        self._left.addLayout(below)

    # ------------------------------------------------------------------------------------------------------ the state

    @property
    def method(self) -> Method:
        """How the present part is paid."""
        method = _METHODS[self.methods.place]
        return Method(self.bank_kind.chosen) if method is Method.BANK_TRANSFER else method

    def _show_method(self, *, go_on: bool = False) -> None:
        method = self.method
        cash = method is Method.CASH
        self.given_field.setVisible(cash)
        self.reference_field.setVisible(not cash)
        asks = method is Method.MOBILE_MONEY and len(self._people) == 1 and self._desk.client is not None
        self.phone_link.setVisible(asks)
        self.bank_kind.setVisible(method in (Method.BANK_TRANSFER, Method.CHEQUE))
        labels = {
            Method.CARD: _tr("Transaction id"),
            Method.MOBILE_MONEY: _tr("Transaction id"),
            Method.BANK_TRANSFER: _tr("Reference of the transfer"),
            Method.CHEQUE: _tr("Number of the cheque"),
        }
        self.reference_field.label.setText(labels.get(method, ""))
        self.reference.setAccessibleName(labels.get(method, ""))
        self._amount_changed()
        if go_on:
            (self.given if cash else self.reference).setFocus()

    def _amount_changed(self) -> None:
        self.given.clear()
        while self.usual.count():
            item = self.usual.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        amount = self.amount.value or 0
        if self.method is Method.CASH:
            for minor in usual_amounts(amount, minor_digits(self.currency)):
                self.usual.addWidget(self._usual_button(minor))
        self.refresh()

    def _usual_button(self, minor: int) -> Button:
        return Button(short_amount(minor, self.currency), small=True, on_click=lambda: self._give(minor))

    def _give(self, minor: int) -> None:
        self.given.set_value(minor)
        self.refresh()

    @property
    def part(self) -> Part:
        """The part that is being entered."""
        cash = self.method is Method.CASH
        given = (self.given.value or 0) if cash else 0
        return Part(self.method, self.amount.value or 0, given, "" if cash else self.reference.text().strip())

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts of the payment."""
        return (*self._fixed, self.part)

    def split_here(self) -> None:
        """Keep this part, and pay what is left another way."""
        part = self.part
        if part.amount < 1:
            self.amount_field.set_error(_tr("Enter what this part pays first."))
            return
        if part.method is not Method.CASH and not part.reference:
            self.reference_field.set_error(_tr("Enter the transaction's id."))
            return
        self._fixed.append(part)
        left = max(0, self._suggested() - sum(one.amount for one in self._fixed))
        self.reference.clear()
        self.amount.set_value(left)
        self._show_parts()
        self._show_method()
        self.methods.tiles[self.methods.place].setFocus()

    def _ask_phone(self) -> None:
        (person_id,) = self._people
        self.reject()
        self.phone_asked.emit(person_id, self.amount.value or 0)

    def _drop_part(self, place: str) -> None:
        del self._fixed[int(place)]
        self._show_parts()
        self.refresh()

    def _show_parts(self) -> None:
        self.parts_list.set_rows(
            [
                RowContent(
                    str(at),
                    f"{method_words(one.method)} {money_text(one.amount, self.currency)}",
                    one.reference,
                    icon="check",
                    tone="ok",
                    end=_tr("Remove"),
                    end_tone="accent",
                )
                for at, one in enumerate(self._fixed)
            ]
        )

    def taking(self) -> Taking:
        """Return the payment as it is entered."""
        total = sum(part.amount for part in self.parts)
        shares = self._shares(total)
        return Taking(
            tuple(shares),
            tuple(part for part in self.parts if part.amount),
            self.payer.text().strip(),
            None,
            self.note.text().strip(),
            "",
            self.paper.mails.isChecked(),
            self.paper.texts.isChecked(),
            self.words.send_to.text().strip(),
        )

    def _shares(self, total: int) -> list[Share]:
        """Share the money out over the charges that are checked; what is left is the first student's credit."""
        wanted = self.goals.in_order()
        debts = [{"id": one.charge_id, "due_on": f"{at:09}", "day": "", "made_at": ""} for at, one in enumerate(wanted)]
        paid = dict(share_out(total, debts, {one.charge_id: one.left for one in wanted}))
        self.goals.show_shares(paid)
        found = []
        left = total - sum(paid.values())
        for at, (person_id, body) in enumerate(self._people.items()):
            own = tuple(
                (one.charge_id, one.what, paid[one.charge_id])
                for one in wanted
                if one.person_id == person_id and paid.get(one.charge_id)
            )
            amount = sum(part for _id, _what, part in own) + (left if at == 0 else 0)
            name = ", ".join(part for part in (full_name(body), body.get("number") or "") if part)
            if amount:
                found.append(Share(person_id, name, amount, own))
        return found

    def refresh(self) -> None:
        """Show what follows from what was entered."""
        self.amount_field.set_error(self.amount.unread_words)
        self.given_field.set_error(self.given.unread_words)
        self.reference_field.set_error("")
        self.notice.say("")
        part = self.part
        change = receipt_actions.change_back([part])
        if part.method is not Method.CASH:
            words = _tr("Unconfirmed until the office has seen the money")
            self.change.say(words, money_text(part.amount, self.currency), "warn")
        elif part.given and part.given < part.amount:
            self.change.say(_tr("Still missing"), money_text(part.amount - part.given, self.currency), "warn")
        else:
            self.change.say(_tr("Change to give back"), money_text(change, self.currency), "ok")
        self._shares(sum(one.amount for one in self.parts))
        self._show_button()
        self._later()

    def _show_button(self) -> None:
        total = short_amount(sum(one.amount for one in self.parts), self.currency)
        words = _tr("Receive {amount} and print") if self.paper.prints.isChecked() else _tr("Receive {amount}")
        self.save_button.setText(words.format(amount=f"{self.currency} {total}"))
        self.save_button.updateGeometry()

    def _later(self) -> None:
        if hasattr(self, "_timer"):
            self._timer.start()

    def draw_preview(self) -> None:
        """Draw the receipt as it will print, beside the work."""
        taking = self.taking()
        if not taking.shares:
            return
        self.paper.draw(receipt_actions.content_for(self._desk, taking, self._till_name))

    # ------------------------------------------------------------------------------------------------------ the act

    def receive(self) -> None:
        """Take the money: saved on this computer when this returns."""
        if self.busy:
            return
        for field in (self.amount, self.given):
            if field.unread_words:
                field.setFocus()
                return
        self.busy = True
        try:
            taken = receipt_actions.take_payment(self._desk, self.taking())
        except CampusError as problem:
            self.busy = False
            self._tell(problem)
            return
        prints = self.paper.prints.isChecked()
        self.accept()
        self.taken.emit(taken.receipt_id, prints)

    def _tell(self, problem: CampusError) -> None:
        fields = {
            "bad_amount": self.amount_field,
            "amount_too_large": self.amount_field,
            "too_little_given": self.given_field,
            "reference_missing": self.reference_field,
            "send_to_faulty": self.words.send_field,
            "send_to_single": self.words.send_field,
        }
        field = fields.get(problem.code)
        if field is None or field.isHidden():
            self.notice.say(problem.message)
            return
        field.set_error(problem.message)
        field.control.setFocus()

    def first_focus(self) -> QWidget:
        """Begin with the method, whose digits pick."""
        return self.methods.tiles[self.methods.place]
