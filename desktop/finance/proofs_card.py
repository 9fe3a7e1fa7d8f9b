"""The transfers that someone showed: what waits, what was booked, and why one wasn't accepted."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.finance import proof_actions
from desktop.finance.account_store import today_of
from desktop.finance.proof_dialog import ProofDialog
from desktop.finance.words import entry_day
from desktop.shell.page import follow, tell, tell_problem
from desktop.widgets.buttons import Button
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from desktop.widgets.layouts import show_part
from desktop.widgets.list_row import RowContent, RowList
from shared.core.errors import CampusError
from shared.core.money import money_text
from shared.core.text import text
from shared.finance.bank_words import TRANSFER_PROOF, ProofState

_LATEST = 5


class ProofsCard(Card):
    """Hidden from those who show no transfers here; a press on one that waits takes it back."""

    def __init__(self, desk: Desk, person_id: str, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text("Bank transfers shown"), padded=False, parent=parent)
        self._desk, self._person_id, self._name = desk, person_id, name
        self.send_button = Button(self.tr("Show a transfer"), icon="landmark", small=True, on_click=self.send)
        self.withdraw_button = Button(self.tr("Take back"), icon="x", small=True, on_click=self.withdraw)
        if self.head is not None:
            self.head.add(self.withdraw_button)
            self.head.add(self.send_button)
        self.list = RowList(selectable=True, name=self.tr("Bank transfers shown"))
        self.list.pressed.connect(lambda _id: self._show_button())
        words = self.tr("None yet. Whoever paid by bank transfer shows the slip here; the office books it.")
        self.nothing = Label(words, "small", "muted", wrap=True)
        self.nothing.setContentsMargins(16, 12, 16, 12)
        self.add(self.list)
        self.add(self.nothing)
        show_part(self, proof_actions.may_send(desk, person_id))
        self.refresh()
        follow(desk.store, self, self._changed)

    def refresh(self) -> None:
        """Read the proofs anew."""
        self.proofs = {str(one["id"]): one for one in proof_actions.proofs_of(self._desk, self._person_id)[:_LATEST]}
        self.list.set_rows([self._row(one) for one in self.proofs.values()])
        self.list.setVisible(bool(self.proofs))
        self.nothing.setVisible(not self.proofs)
        self._show_button()

    def _row(self, proof: proof_actions.Body) -> RowContent:
        badges = {
            ProofState.WAITING: (self.tr("Waits for the office"), "warn", "hourglass"),
            ProofState.APPROVED: (self.tr("Booked"), "ok", "check"),
            ProofState.DECLINED: (self.tr("Not accepted"), "bad", "x"),
        }
        day = entry_day(str(proof["paid_on"]), today_of(self._desk))
        parts = [day, str(proof["reference"]), str(proof["decided_reason"])]
        amount = money_text(int(proof["amount"]), str(proof["currency"]))
        words = " · ".join(filter(None, parts))
        return RowContent(str(proof["id"]), amount, words, icon="landmark", badge=badges[ProofState(proof["state"])])

    def _show_button(self) -> None:
        proof = self.proofs.get(self.list.chosen)
        self.withdraw_button.setVisible(proof is not None and proof["state"] == ProofState.WAITING)

    def _changed(self, changed: Changed) -> None:
        if TRANSFER_PROOF in changed.kinds or not changed.keys:
            self.refresh()

    def send(self) -> None:
        """Show a transfer."""
        dialog = ProofDialog(self.window(), self._desk, self._person_id, self._name)
        dialog.sent.connect(self._done)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def withdraw(self) -> None:
        """Take the chosen proof back."""
        proof = self.proofs.get(self.list.chosen)
        if proof is None:
            return
        try:
            proof_actions.withdraw(self._desk, proof)
        except CampusError as problem:
            tell_problem(self, problem)
            return
        self._done(self.tr("Transfer taken back"))

    def _done(self, words: str) -> None:
        self.refresh()
        tell(self, words)
