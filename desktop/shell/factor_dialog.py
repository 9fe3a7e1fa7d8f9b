"""The dialog around adding a second factor, and around new recovery codes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.core.factor_api import FactorApi, NewApp
from desktop.shell.factor_set_up import FactorSetUp
from desktop.shell.factor_words import way_name
from desktop.widgets.dialog import Dialog


class FactorDialog(Dialog):
    """Accepted once a factor is there and its codes are kept."""

    def __init__(self, window: QWidget, api: FactorApi, title: str, institute: str = "") -> None:
        super().__init__(window, title, icon="lock", width=480)
        self.steps = FactorSetUp(api, institute)
        self.steps.end_others.show()
        self.steps.done.connect(self.accept)
        self.add(self.steps)
        self.cancel = self.add_cancel()
        self.steps.codes_shown.connect(self.cancel.hide)
        self.add_button(self.steps.button)

    def first_focus(self) -> QWidget:
        """Begin in the field for the code."""
        return self.steps.code if self.steps.code.isVisibleTo(self) else self.steps.recovery.copy_button


def app_dialog(window: QWidget, api: FactorApi, app: NewApp, institute: str) -> FactorDialog:
    """Return the dialog that adds an app."""
    dialog = FactorDialog(window, api, way_name("app"), institute)
    dialog.steps.show_app(app)
    return dialog


def sent_dialog(window: QWidget, api: FactorApi, kind: str, to: str, institute: str) -> FactorDialog:
    """Return the dialog that adds a way by which codes are sent; the first code is on its way."""
    dialog = FactorDialog(window, api, way_name(kind), institute)
    dialog.steps.show_sent(kind, to)
    return dialog


def codes_dialog(window: QWidget, api: FactorApi, title: str, codes: Sequence[str], institute: str) -> FactorDialog:
    """Return the dialog that shows new recovery codes."""
    dialog = FactorDialog(window, api, title, institute)
    dialog.steps.show_codes(codes)
    return dialog
