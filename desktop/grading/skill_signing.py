"""Where an employer signs: with a PIN of his or her own, or by hand; and the dialog for what was seen before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.grading.signature_pad import SignaturePad
from desktop.grading.skill_actions import drawn_signature, pin_signature, sign_observations
from desktop.grading.skill_pins import check_pin
from desktop.grading.skill_store import supervisors
from desktop.timetable.session_form import side_by_side
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import link, primary
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.segmented import Segment, Segmented
from desktop.widgets.text_field import PasswordField, TextField
from shared.core.errors import CampusError
from shared.core.text import plural, text

Body = Mapping[str, Any]
NOBODY, PIN, DRAWN = "nobody", "pin", "drawn"
_LAST = "skill_signed_for"


def _tr(words: str) -> str:
    return QCoreApplication.translate("SkillSigning", words)


class SignPart(QWidget):
    """Chooses how it is signed; ``take`` gives the signature once the PIN was found right."""

    def __init__(self, desk: Desk, *, may_wait: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.known = supervisors(desk)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        segments = [Segment(NOBODY, _tr("Not signed yet"))] if may_wait else []
        segments += [Segment(PIN, _tr("PIN"), "lock"), Segment(DRAWN, _tr("By hand"), "pencil-ruler")]
        self.how = Segmented(segments, name=_tr("How the employer signs"))
        column.addWidget(self.how, 0, Qt.AlignmentFlag.AlignLeft)
        self.stack = QStackedWidget()
        self._pages = {NOBODY: QWidget(), PIN: self._make_pin(), DRAWN: self._make_pad()}
        for page in self._pages.values():
            self.stack.addWidget(page)
        column.addWidget(self.stack)
        self.problem = Label("", "small", "bad", wrap=True)
        self.problem.hide()
        column.addWidget(self.problem)
        self.how.chosen_changed.connect(self._show)
        if not may_wait:
            self.how.choose(PIN if self.known else DRAWN)
        self._show(self.how.chosen)

    def _make_pin(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        names = [(one["id"], f"{one['name']}, {one['employer']}") for one in self.known]
        self.who = Combo(names or [("", _tr("Nobody has a PIN yet"))])
        self.who.choose(self._desk.store.recall(_LAST))
        self.pin = PasswordField()
        self.pin.setMaxLength(12)
        column.addLayout(side_by_side((Field(_tr("Who signs"), self.who), 3), (Field(_tr("PIN"), self.pin), 2)))
        if not names:
            hint = _tr("Under Supervisors people at employers’ are added, each with a PIN.")
            column.addWidget(Label(hint, "small", "muted", wrap=True))
        return page

    def _make_pad(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.name, self.employer = TextField(), TextField()
        for field in (self.name, self.employer):
            field.setMaxLength(200)
        fields = side_by_side((Field(_tr("Name"), self.name), 1), (Field(_tr("Employer"), self.employer), 1))
        column.addLayout(fields)
        self.pad = SignaturePad()
        column.addWidget(self.pad)
        line = QHBoxLayout()
        line.addWidget(link(_tr("Begin anew"), on_click=self.pad.clear))
        line.addStretch(1)
        column.addLayout(line)
        return page

    def _show(self, how: str) -> None:
        for name, page in self._pages.items():
            page.setVisible(name == how)
        self.stack.setCurrentWidget(self._pages[how])
        self.stack.setVisible(how != NOBODY)
        self.stack.setFixedHeight(self._pages[how].sizeHint().height() if how != NOBODY else 0)
        self.refuse("")

    def refuse(self, words: str) -> None:
        """Say why it isn't signed."""
        self.problem.setText(words)
        self.problem.setVisible(bool(words))

    def take(self, done: Callable[[Body | None], object], failed: Callable[[], object]) -> None:
        """Call `done` with the signature, None where it waits; or say why not and call `failed`."""

        def refused(problem: Exception) -> None:
            if not isinstance(problem, CampusError):
                raise problem
            self.pin.clear()
            self.refuse(problem.message)
            failed()

        self.refuse("")
        if self.how.chosen == NOBODY:
            done(None)
        elif self.how.chosen == PIN:
            self._take_pin(done, refused)
        else:
            try:
                signature = self._drawn()
            except CampusError as problem:
                refused(problem)
                return
            done(signature)

    def _take_pin(self, done: Callable[[Body | None], object], refused: Callable[[Exception], object]) -> None:
        who = next((one for one in self.known if one["id"] == self.who.chosen), None)
        pin = self.pin.text()
        if who is None or not pin:
            words = text("Nobody has a PIN yet. Sign by hand.") if who is None else text("Type the PIN.")
            refused(CampusError("pin_missing", words))
            return
        self._desk.store.remember(_LAST, who["id"])
        # It is as slow as a password is to guess: the window goes on meanwhile.
        run_in_background(
            lambda: check_pin(self._desk, who, pin), lambda _none: done(pin_signature(who)), refused, self
        )

    def _drawn(self) -> Body:
        if not self.pad.is_signed:
            raise CampusError("signature_missing", text("Sign on the pad first."))
        return drawn_signature(self._desk, self.name.text(), self.employer.text(), self.pad.as_png())


class SignDialog(Dialog):
    """Lets an employer sign for what was seen; ``signed`` gives what is told of it."""

    signed = Signal(object)

    def __init__(
        self, window: QWidget, desk: Desk, cohort_id: str, observations: Sequence[Body], names: Sequence[str]
    ) -> None:
        words = plural("For {n} observation: {names}", "For {n} observations: {names}", len(observations),
                       names=", ".join(dict.fromkeys(names)))  # fmt: skip
        super().__init__(window, _tr("Sign for what was seen"), subtitle=words, icon="pencil-ruler", width=560)
        self._desk, self._cohort_id, self._observations = desk, cohort_id, tuple(observations)
        self.part = SignPart(desk, may_wait=False)
        self.add(self.part)
        self.add_cancel()
        self.sign_button = self.add_button(primary(_tr("Sign"), "check", self.sign))
        self.on_key("Ctrl+Return", self.sign)

    def sign(self) -> None:
        """Take the signature and keep it."""
        if self.sign_button.busy:
            return
        self.sign_button.set_busy(True)
        self.part.take(self._keep, lambda: self.sign_button.set_busy(False))

    def _keep(self, signature: Body | None) -> None:
        self.sign_button.set_busy(False)
        if signature is None:
            return
        try:
            done = sign_observations(self._desk, self._cohort_id, self._observations, signature)
        except CampusError as problem:
            self.part.refuse(problem.message)
            return
        self.signed.emit(done)
        self.accept()
