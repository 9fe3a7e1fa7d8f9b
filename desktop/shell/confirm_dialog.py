"""Asks "Confirm that it is you" where the server wants a fresh sign-in, and repeats the act that it refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.core.api_client import ApiClient
from desktop.core.factor_api import FRESH_NEEDED, FactorApi
from desktop.core.messages import WayShown
from desktop.shell.proof_form import ProofForm, busy_with
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import Button, Kind
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from shared.core.errors import CampusError

ResultT = TypeVar("ResultT")


class ConfirmDialog(Dialog):
    """Accepted once the server took the proof."""

    refused = Signal(object)

    def __init__(self, window: QWidget, api: FactorApi, ways: Sequence[WayShown]) -> None:
        super().__init__(window, self.tr("Confirm that it is you"), icon="lock", width=440)
        self._api, self._ways = api, tuple(ways)
        words = self.tr("What you are about to do asks for it, in case somebody else is at your computer.")
        self.add(Label(words, "small", "muted", wrap=True))
        self.proof = ProofForm()
        self.proof.proved.connect(self._prove)
        self.add(self.proof)
        self.add_cancel()
        self.button = self.add_button(Button(self.tr("Confirm"), kind=Kind.PRIMARY))
        busy_with(self.proof, self.button)

    def open_dialog(self) -> bool:
        """Begin with the strongest way."""
        opened = super().open_dialog()
        if opened:
            self.proof.start(self._ways, self._api.send_to_confirm)
        return opened

    def _prove(self, kind: str, proof: str) -> None:
        api = self._api
        run_in_background(lambda: api.confirm(kind, proof), self._proved, self._refuse, self, Lane.NETWORK)

    def _proved(self, _done: None) -> None:
        self.button.set_busy(False)
        self.accept()

    def _refuse(self, problem: Exception) -> None:
        self.button.set_busy(False)
        self.proof.show_problem(problem)


def run_fresh(
    owner: QWidget,
    client: ApiClient,
    work: Callable[[], ResultT],
    on_ok: Callable[[ResultT], object],
    on_error: Callable[[Exception], object],
) -> None:
    """Do `work` in the background; where it needs a fresh sign-in, ask for one and do it again.

    `on_error` gets what went wrong, and the refusal itself where the person gives the asking up. `work` blocks and may
    be called twice; the dialog lies over the window of `owner`, so no other one may be open.
    """
    api = FactorApi(client)

    def ask(refusal: CampusError) -> None:
        run_in_background(api.ways, lambda ways: show(ways, refusal), on_error, owner, Lane.NETWORK)

    def show(ways: Sequence[WayShown], refusal: CampusError) -> None:
        dialog = ConfirmDialog(owner.window(), api, ways)
        dialog.accepted.connect(lambda: run_in_background(work, on_ok, on_error, owner, Lane.NETWORK))
        dialog.rejected.connect(lambda: on_error(refusal))
        dialog.finished.connect(dialog.deleteLater)
        if not dialog.open_dialog():
            dialog.deleteLater()
            on_error(refusal)

    def failed(problem: Exception) -> None:
        if isinstance(problem, CampusError) and problem.code == FRESH_NEEDED:
            ask(problem)
        else:
            on_error(problem)

    run_in_background(work, on_ok, failed, owner, Lane.NETWORK)
