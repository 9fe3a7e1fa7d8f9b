"""One loan: who had the piece and when, its condition out and in with photos, and the block that it made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.timetable.kit_photo import thumbnail
from desktop.timetable.kit_store import block_words, borrower_of, photos_of
from desktop.timetable.kit_words import loan_words
from desktop.timetable.times import local_now, zone_of
from desktop.widgets.buttons import secondary
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from desktop.widgets.layouts import FactGrid
from desktop.widgets.notice import Notice
from shared.timetable.kit_permissions import may_manage_kit
from shared.timetable.kit_vocabulary import PhotoSide

_PHOTO = 232


def _tr(words: str) -> str:
    return QCoreApplication.translate("LoanDialog", words)


class LoanDialog(Dialog):
    """``lift_asked`` gives the loan whose block is to be lifted."""

    lift_asked = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, loan: Mapping[str, Any], item: str) -> None:
        now = local_now(desk, zone_of(desk))
        super().__init__(window, item, subtitle=loan_words(loan, now), icon="history", width=560)
        facts = FactGrid(2)
        facts.set_fact(_tr("Borrower"), str(loan.get("person_name") or ""))
        facts.set_fact(_tr("Lent by"), str(loan.get("lent_by") or ""))
        facts.set_fact(_tr("Condition when it went out"), str(loan.get("condition_out") or ""))
        facts.set_fact(_tr("Condition when it came back"), str(loan.get("condition_in") or ""))
        if loan.get("taken_by"):
            facts.set_fact(_tr("Taken back by"), str(loan["taken_by"]))
        if loan.get("lifted_by"):
            who = _tr("{name}: {reason}").format(name=loan["lifted_by"], reason=loan["lifted_reason"])
            facts.set_fact(_tr("Block lifted by"), who)
        self.add(facts)
        self._add_photos(desk, str(loan["id"]))
        found = block_words(desk, borrower_of(desk, loan["person_id"]))
        if found is not None and found[0].loan["id"] == loan["id"]:
            self.block = Notice()
            self.add(self.block)
            self.block.say(found[1])
            if found[0].reason == "late" and may_manage_kit(desk.actor):
                self.lift_button = secondary(_tr("Lift the block"), "lock", lambda: self._lift(str(loan["id"])))
                self.foot_words(self.lift_button)
        self.add_cancel(_tr("Close"))

    def _add_photos(self, desk: Desk, loan_id: str) -> None:
        photos = photos_of(desk, loan_id)
        names = {PhotoSide.OUT: _tr("Photo when it went out"), PhotoSide.IN: _tr("Photo when it came back")}
        row = QHBoxLayout()
        row.setSpacing(16)
        for side, words in names.items():
            if side not in photos:
                continue
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(Label(words, "small", "muted"))
            picture = QLabel()
            picture.setPixmap(thumbnail(photos[side], _PHOTO))
            picture.setAccessibleName(words)
            column.addWidget(picture)
            row.addLayout(column)
        row.addStretch(1)
        if photos:
            self.add(row)

    def _lift(self, loan_id: str) -> None:
        self.accept()
        self.lift_asked.emit(loan_id)
