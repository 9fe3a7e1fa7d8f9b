"""One observation as it was recorded: what was said, the photos, the signature, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.file_queue import REFUSED, Transfer
from desktop.core.file_transfer import Wanted
from desktop.grading.marking_files import read_kept
from desktop.grading.skill_actions import withdraw
from desktop.grading.skill_photos import picture_label
from desktop.grading.skill_words import judged_words, observed_words, signed_words
from desktop.shell.file_thumb import FileThumb
from desktop.shell.times import instant_words, local_now, zone_of
from desktop.widgets.background import run_in_background
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import danger
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.form_scroll import FormScroll
from desktop.widgets.label import Label
from desktop.widgets.layouts import show_part
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.core.text import text
from shared.grading.skill_rules import may_withdraw
from shared.grading.skill_vocabulary import Judged, ObservationState

Body = Mapping[str, Any]
_PHOTO, _LOOK_MS = 480, 400


def _tr(words: str) -> str:
    return QCoreApplication.translate("ObservationView", words)


class KeptPicture(QWidget):
    """A picture that may still be on the server: it is fetched, and shown when it is here."""

    def __init__(self, desk: Desk, file: Body, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._file, self._side = desk, file, side
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.words = Label(
            _tr("The picture isn’t on this computer yet. It comes with the next sync."), "small", "muted"
        )
        self.small = FileThumb(desk, file, side // 3)
        self._column.addWidget(self.small)
        self._column.addWidget(self.words)
        self._again = QTimer(self, interval=_LOOK_MS)
        self._again.timeout.connect(self._look)
        self._look()
        if self.words.isVisibleTo(self) and desk.files is not None:
            try:
                desk.files.fetch([Wanted(file["sha256"], int(file["bytes"]), str(file["name"]))])
            except CampusError as problem:
                self.words.setText(problem.message)
                return
            self._again.start()

    def _look(self) -> None:
        files = self._desk.store.kept_files
        if not files.exists(self._file["sha256"]):
            self._say_why_not()
            return
        self._again.stop()
        self.words.hide()
        run_in_background(lambda: read_kept(files, self._file["sha256"]), self._show, self._refuse, self)

    def _say_why_not(self) -> None:
        """It may never come: put aside by the server, or lost with the computer that took it."""
        moving = self._desk.files.waiting() if self._desk.files is not None else []
        sentence = next((one.sentence for one in moving if self._is_refused(one)), "")
        if sentence:
            self._again.stop()
            self.words.setText(sentence)

    def _is_refused(self, one: Transfer) -> bool:
        return one.sha256 == self._file["sha256"] and one.direction == "down" and one.state == REFUSED

    def _show(self, content: bytes | None) -> None:
        if content is not None:
            self.small.hide()
            self._column.addWidget(picture_label(content, self._side, str(self._file["name"])))

    def _refuse(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        self.words.setText(problem.message)
        self.words.show()


class ObservationView(Dialog):
    """``withdrawn`` gives what is told when it was taken back, with its undo."""

    withdrawn = Signal(object)

    def __init__(self, window: QWidget, desk: Desk, observation: Body, skill: Body, name: str) -> None:
        super().__init__(window, str(skill["name"]), subtitle=name, icon="clipboard-check", width=560, padded=False)
        self._desk, self._observation = desk, observation
        column = FormScroll()
        column.body.setSpacing(10)
        self.add(column, 1)
        self._column = column.body
        self._fill()
        may = may_withdraw(desk.actor, observation) and observation["state"] == ObservationState.KEPT
        self.reason = TextField()
        self.reason.setMaxLength(300)
        self.reason_field = Field(_tr("Why it is taken back"), self.reason, hint=_tr("It is kept, and counts nowhere."))
        self.reason_field.setVisible(False)
        column.body.addWidget(self.reason_field)
        self.take_back_button = danger(_tr("Take back"), on_click=self.take_back)
        show_part(self.take_back_button, may)
        self.foot_words(self.take_back_button)
        self.add_cancel(_tr("Close"))

    def _fill(self) -> None:
        one, zone, now = self._observation, zone_of(self._desk), local_now(self._desk)
        good = one["judged"] == Judged.COMPETENT
        tone = ("neu", "x") if one["state"] == ObservationState.WITHDRAWN else ("ok", "circle-check")
        if not good and one["state"] == ObservationState.KEPT:
            tone = ("warn", "circle-alert")
        self._column.addWidget(Badge(judged_words(one), *tone))
        self._column.addWidget(Label(observed_words(one, zone, now), "body", "text2", wrap=True))
        if one["state"] == ObservationState.WITHDRAWN:
            words = text(
                "Taken back by {name}: {reason}", name=one["withdrawn_by_name"], reason=one["withdrawn_reason"]
            )
            self._column.addWidget(Label(words, "body", "text", wrap=True))
        if one["note"]:
            self._column.addWidget(Label(str(one["note"]), "body", "text", wrap=True))
        for file in one["files"]:
            self._column.addWidget(KeptPicture(self._desk, file, _PHOTO))
        signature = one["signature"]
        if signature is None:
            self._column.addWidget(Label(_tr("Not signed by an employer"), "body", "muted"))
            return
        when = instant_words(one["signed_at"], zone, now)
        words = text("{signed}, {when}, with {witness}", signed=signed_words(signature), when=when,
                     witness=one["witness_name"])  # fmt: skip
        self._column.addWidget(Label(words, "body", "text", wrap=True))
        if signature["file"]:
            self._column.addWidget(KeptPicture(self._desk, signature["file"], _PHOTO // 2))

    def take_back(self) -> None:
        """Ask for the reason, then take the observation back."""
        if not self.reason_field.isVisibleTo(self):
            self.reason_field.show()
            self.reason.setFocus()
            return
        try:
            done = withdraw(self._desk, self._observation, self.reason.text())
        except CampusError as problem:
            self.reason_field.set_error(problem.message)
            return
        self.withdrawn.emit(done)
        self.accept()
