"""Adding a second factor, step by step: which one, its code, and the recovery codes that come with the first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.shell.code_field import CodeField
from desktop.shell.factor_words import ICONS, field_name, not_whole, way_choice, what_to_do
from desktop.shell.qr_view import QrView
from desktop.shell.recovery_view import RecoveryView
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import Button, Kind, link
from desktop.widgets.check import Check
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList
from shared.core.errors import CampusError
from shared.people.factors import grouped

if TYPE_CHECKING:  # the window is loaded before anything that speaks to a server
    from desktop.core.factor_api import FactorApi, NewApp, OwnFactors

_QR_SIDE = 168
_KEY_GROUP = 4


class FactorSetUp(QWidget):
    """``done`` says that a factor is there and its codes are kept. ``button`` goes on; the owner places it.

    ``codes_shown`` says that the factor is there already, and nothing can be given up any more.
    """

    done = Signal()
    codes_shown = Signal()

    def __init__(self, api: FactorApi, institute: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._api = api
        self._kind, self._enrolment = "app", ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._choice, self._code_step = self._make_choice(), self._make_code_step()
        self.recovery = RecoveryView(institute)
        self._steps = (self._choice, self._code_step, self.recovery)
        for step in self._steps:
            column.addWidget(step)
        self._show_step(self._choice)
        self.button = Button(self.tr("Add"), kind=Kind.PRIMARY, on_click=self._go_on)
        self.recovery.kept.connect(lambda kept: self.button.setEnabled(kept or not self._at(self.recovery)))

    # ------------------------------------------------------------------------------------------------------ building

    def _make_choice(self) -> QWidget:
        page, column = _page()
        words = self.tr("Your role asks for a second factor besides the password. An app works without a network; codes"
                        " by mail or SMS need one each time.")  # fmt: skip
        column.addWidget(Label(words, "body", "text2", wrap=True))
        self.ways = RowList(name=self.tr("Ways"))
        self.ways.pressed.connect(self.begin)
        column.addWidget(self.ways)
        self.refusal = Label("", "small-medium", "bad", wrap=True)
        self.refusal.hide()
        column.addWidget(self.refusal)
        column.addStretch(1)
        return page

    def _make_code_step(self) -> QWidget:
        page, column = _page()
        self.words = Label("", "body", "text2", wrap=True)
        column.addWidget(self.words)
        self.qr = QrView("", _QR_SIDE)
        column.addWidget(self.qr, 0, Qt.AlignmentFlag.AlignHCenter)
        self.key_words = Label(self.tr("Or type this key into the app:"), "small", "muted")
        column.addWidget(self.key_words)
        self.key = Label("", "body-strong", wrap=True)
        self.key.setAccessibleName(self.tr("Key"))
        self.key.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        column.addWidget(self.key)
        self.code = CodeField()
        self.code_field = Field(field_name("app"), self.code)
        self.code.complete.connect(self._add)
        self.code.returnPressed.connect(self._add)
        self.code.textEdited.connect(lambda _text: self.code_field.set_error(""))
        column.addWidget(self.code_field)
        self.again = link(self.tr("Send another code"), lambda: self.begin(self._kind))
        column.addWidget(self.again)
        self.end_others = Check(self.tr("Sign me out on all other computers"))
        self.end_others.hide()
        column.addWidget(self.end_others)
        column.addStretch(1)
        return page

    # --------------------------------------------------------------------------------------------------------- steps

    def offer(self, own: OwnFactors) -> None:
        """Show the ways that can be added."""
        rows = [RowContent("app", way_choice("app", ""), self.tr("Recommended"), icon=ICONS["app"])]
        rows += [RowContent(way.kind, way_choice(way.kind, way.to), icon=ICONS[way.kind]) for way in own.can_send]
        self.ways.set_rows(rows)
        self.button.hide()
        self._show_step(self._choice)
        self.ways.rows[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def begin(self, kind: str) -> None:
        """Begin with a way: a fresh key for an app, or a code that is sent."""
        self._kind, api = kind, self._api
        self.refusal.hide()
        self.again.set_busy(kind != "app")
        if kind == "app":
            run_in_background(api.begin_app, self.show_app, self._refused, self, Lane.NETWORK)
        else:
            run_in_background(
                lambda: api.send(kind), lambda to: self.show_sent(kind, to), self._refused, self, Lane.NETWORK
            )

    def show_app(self, app: NewApp) -> None:
        """Show the code to scan and the key to type."""
        self._kind, self._enrolment = "app", app.enrolment
        self.words.setText(self.tr("Scan this with an authenticator app on your phone, then enter the code it shows."))
        self.qr.set_text(app.address)
        self.key.setText(grouped(app.secret, _KEY_GROUP))
        self._show_code_step()

    def show_sent(self, kind: str, to: str) -> None:
        """Ask for the code that went to an address."""
        self._kind = kind
        self.words.setText(what_to_do(kind, to))
        self._show_code_step()

    def _show_code_step(self) -> None:
        app = self._kind == "app"
        for part in (self.qr, self.key_words, self.key):
            part.setVisible(app)
        self.again.setVisible(not app)
        self.again.set_busy(False)
        self.code.take_kind(self._kind)
        self.code_field.set_error("")
        self.button.setText(self.tr("Add"))
        self.button.setEnabled(True)
        self.button.show()
        self._show_step(self._code_step)
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_codes(self, codes: Sequence[str]) -> None:
        """Show recovery codes that were just made."""
        self.recovery.show_codes(codes)
        self.button.set_busy(False)
        self.button.setText(self.tr("Done"))
        self.button.setEnabled(False)
        self.button.show()
        self._show_step(self.recovery)
        self.codes_shown.emit()
        self.recovery.copy_button.setFocus(Qt.FocusReason.OtherFocusReason)

    # -------------------------------------------------------------------------------------------------------- going on

    def _at(self, step: QWidget) -> bool:
        return not step.isHidden()

    def _show_step(self, shown: QWidget) -> None:
        # Each step as high as it is: in a stack all would be as high as the highest.
        for step in self._steps:
            step.setVisible(step is shown)

    def _go_on(self) -> None:
        if self._at(self.recovery):
            self.done.emit()
        elif self._at(self._code_step):
            self._add()

    def _add(self) -> None:
        if self.button.busy:
            return
        if not self.code.is_whole:
            self.code_field.set_error(not_whole(self._kind))
            return
        self.button.set_busy(True)
        api, kind, enrolment, code = self._api, self._kind, self._enrolment, self.code.text()
        others = self.end_others.isChecked()

        def add() -> list[str]:
            if kind == "app":
                return api.add_app(enrolment, code, end_others=others)
            return api.add_address(kind, code, end_others=others)

        run_in_background(add, self._added, self._refused, self, Lane.NETWORK)

    def _added(self, codes: list[str]) -> None:
        self.button.set_busy(False)
        if codes:
            self.show_codes(codes)
        else:
            self.done.emit()

    def _refused(self, problem: Exception) -> None:
        self.button.set_busy(False)
        self.again.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        if self._at(self._code_step):
            self.code_field.set_error(problem.message)
            self.code.setFocus(Qt.FocusReason.OtherFocusReason)
            self.code.selectAll()
            return
        self.refusal.setText(problem.message)
        self.refusal.show()


def _page() -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(10)
    return page, column
