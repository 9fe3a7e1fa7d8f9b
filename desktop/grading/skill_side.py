"""Beside the grid of skills: the student and skill under the cursor, what was seen of it, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.grading.skill_store import Learner, SkillClass
from desktop.grading.skill_words import (
    LOOKS,
    judged_words,
    observed_words,
    proof_words,
    signed_words,
    state_words,
)
from desktop.shell.times import local_now, zone_of
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import primary, quiet, secondary
from desktop.widgets.card import Card, Line
from desktop.widgets.label import Label
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.theme import theme
from shared.core.text import text
from shared.grading.skill_vocabulary import Judged, ObservationState

Body = Mapping[str, Any]
WIDTH = 312


def observation_row(one: Body, desk: Desk, *, narrow: bool = False) -> RowContent:
    """Return an observation as a line of a list; a `narrow` one says only that it is signed, not by whom."""
    icon, tone = ("circle-check", "ok") if one["judged"] == Judged.COMPETENT else ("circle-alert", "warn")
    if one["state"] == ObservationState.WITHDRAWN:
        icon, tone = "x", "muted"
    detail = observed_words(one, zone_of(desk), local_now(desk))
    if narrow:
        badge = (text("Signed"), "ok", "") if one["signature"] else None
        return RowContent(one["id"], judged_words(one), detail, icon, tone, badge=badge)
    signed = signed_words(one["signature"])
    return RowContent(one["id"], " · ".join(part for part in (judged_words(one), signed) if part), detail, icon, tone)


class SkillSide(Card):
    """``recording``, ``signing`` and ``booked`` ask for what the buttons say; ``opened`` gives an observation."""

    recording = Signal()
    signing = Signal()
    opened = Signal(str)
    booked = Signal()

    def __init__(self, desk: Desk, *, may: bool, parent: QWidget | None = None) -> None:
        super().__init__(padded=False, parent=parent)
        self._desk, self._may = desk, may
        self.setFixedWidth(theme().px(WIDTH))
        self.setAccessibleName(self.tr("What was seen"))
        top = QVBoxLayout()
        top.setContentsMargins(16, 14, 16, 12)
        top.setSpacing(6)
        self.name = Label("", "section", wrap=True)
        self.skill = Label("", "body-medium", "text2", wrap=True)
        self.badge = Badge("")
        self.seen = Label("", "small", "muted", wrap=True)
        self.proof = Label("", "small", "muted", wrap=True)
        for part in (self.name, self.skill, self.badge, self.seen, self.proof):
            top.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft if part is self.badge else Qt.AlignmentFlag(0))
        self.add(top)
        self.add(Line())
        scroll = ScrollColumn(padding=0)
        self.list = RowList(name=self.tr("Observations"))
        self.list.pressed.connect(self.opened)
        self.nothing = Label(self.tr("Nothing was seen yet"), "body", "muted")
        self.nothing.setContentsMargins(16, 12, 16, 12)
        scroll.body.addWidget(self.list)
        scroll.body.addWidget(self.nothing)
        scroll.body.addStretch(1)
        self.add(scroll, 1)
        self.add(Line())
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 12, 16, 14)
        foot.setSpacing(8)
        self.record_button = primary(self.tr("Record what you saw"), "check", self.recording.emit).stretch()
        self.sign_button = secondary(self.tr("Sign"), "pencil-ruler", self.signing.emit).stretch()
        self.book_button = quiet(self.tr("Open the logbook"), "book-open", self.booked.emit).stretch()
        for button in (self.record_button, self.sign_button, self.book_button):
            foot.addWidget(button)
        self.add(foot)

    def show_cell(self, book: SkillClass, learner: Learner | None, skill: Body | None) -> None:
        """Show one student's skill; nothing without one."""
        known = learner is not None and skill is not None
        self.sign_button.hide()
        self.record_button.setVisible(self._may)
        self.record_button.setEnabled(known)
        self.book_button.setEnabled(known)
        self.badge.setVisible(known)
        if learner is None or skill is None:
            for part in (self.name, self.skill, self.seen, self.proof):
                part.setText("")
            self.list.set_rows([])
            return
        found = book.standing(learner.enrolment_id, skill)
        observations = book.observations(learner.enrolment_id, skill["id"])
        self.name.setText(learner.name)
        self.skill.setText(str(skill["name"]))
        self.badge.set_state(state_words(found, skill), *LOOKS[found.state])
        self.seen.setText(str(skill["seen"]))
        self.seen.setVisible(bool(skill["seen"]))
        self.proof.setText(proof_words(skill))
        self.list.set_rows([observation_row(one, self._desk, narrow=True) for one in reversed(observations)])
        self.nothing.setVisible(not observations)
        open_ones = [one for one in observations if not one["signature"] and one["state"] == ObservationState.KEPT]
        self.sign_button.setVisible(self._may and bool(open_ones))
        words = self.tr("Sign {n} observations") if len(open_ones) > 1 else self.tr("Sign")
        self.sign_button.setText(words.format(n=len(open_ones)))
        self.sign_button.updateGeometry()
