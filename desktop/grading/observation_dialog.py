"""The form for what was seen of a skill: competent or not yet, a note, where, photos, and the employer's signature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.grading.skill_actions import Seen, record_observation
from desktop.grading.skill_photos import PhotoRow
from desktop.grading.skill_signing import NOBODY, SignPart
from desktop.grading.skill_store import Learner
from desktop.widgets.buttons import primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.form_scroll import FormScroll
from desktop.widgets.label import Label
from desktop.widgets.segmented import Segment, Segmented
from desktop.widgets.text_field import NoteField, TextField
from shared.core.errors import CampusError
from shared.grading.skill_vocabulary import Judged
from shared.people.vocabulary import Permission

Body = Mapping[str, Any]
_PLACE = "skill_place"


def _tr(words: str) -> str:
    return QCoreApplication.translate("ObservationDialog", words)


class ObservationDialog(Dialog):
    """``recorded`` gives what is told of it, with its undo."""

    needs = (Permission.MARKS_RECORD, Permission.MARKS_MODERATE, Permission.MARKS_CORRECT)

    recorded = Signal(object)

    def __init__(self, window: QWidget, desk: Desk, cohort_id: str, learner: Learner, skill: Body) -> None:
        subtitle = f"{learner.name} · {skill['name']}"
        super().__init__(
            window, _tr("Record what you saw"), subtitle=subtitle, icon="clipboard-check", width=580, padded=False
        )
        self._desk, self._cohort_id, self._learner, self._skill = desk, cohort_id, learner, skill
        column = FormScroll()
        column.body.setSpacing(12)
        self.add(column, 1)
        if skill["seen"]:
            column.body.addWidget(Label(str(skill["seen"]), "body", "text2", wrap=True))
        choices = [
            Segment(str(Judged.COMPETENT), _tr("Competent"), "circle-check"),
            Segment(str(Judged.NOT_YET), _tr("Not yet"), "circle-alert"),
        ]
        self.judged = Segmented(choices, name=_tr("What you saw"))
        column.body.addWidget(self.judged, 0, Qt.AlignmentFlag.AlignLeft)
        self.note = NoteField(lines=3)
        column.body.addWidget(Field(_tr("Note"), self.note, optional=True, hint=_tr("The student reads it, too.")))
        self.place = TextField()
        self.place.setMaxLength(200)
        self.place.setText(str(desk.store.recall(_PLACE) or ""))
        column.body.addWidget(Field(_tr("Where"), self.place, optional=True, hint=_tr("A workplace, or a room.")))
        self.photos = PhotoRow(desk)
        column.body.addWidget(self.photos)
        column.body.addWidget(Label(_tr("Signature of the employer"), "small-medium", "text2"))
        self.signing = SignPart(desk, may_wait=True)
        column.body.addWidget(self.signing)
        self._form = column
        column.verticalScrollBar().rangeChanged.connect(lambda _least, _most: self._go_down())
        self.signing.how.chosen_changed.connect(lambda _how: QTimer.singleShot(0, self, self._show_signing))
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Record"), "check", self.save))
        self.on_key("Ctrl+S", self.save)
        self.on_key("Ctrl+Return", self.save)

    def _show_signing(self) -> None:
        self._form.refit()
        self._go_down()

    def _go_down(self) -> None:
        """Where the window is low, the pad would lie below its edge."""
        if self.signing.how.chosen != NOBODY:
            bar = self._form.verticalScrollBar()
            bar.setValue(bar.maximum())

    def save(self) -> None:
        """Take the signature, where there is one, and record what was seen."""
        if self.save_button.busy:
            return
        self.save_button.set_busy(True)
        self.signing.take(self._keep, lambda: self.save_button.set_busy(False))

    def _keep(self, signature: Body | None) -> None:
        self.save_button.set_busy(False)
        seen = Seen(
            Judged(self.judged.chosen),
            self.note.toPlainText(),
            self.place.text(),
            tuple(self.photos.files),
            signature,
        )
        try:
            done = record_observation(self._desk, self._cohort_id, self._learner.enrolment_id, self._skill, seen)
        except CampusError as problem:
            self.signing.refuse(problem.message)
            return
        self._desk.store.remember(_PLACE, self.place.text().strip())
        self.recorded.emit(done)
        self.accept()
