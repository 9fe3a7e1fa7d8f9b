"""The decision panel of the review: checks, next steps, the message to the applicant, and the note for staff."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.admissions import actions
from desktop.admissions.store import ApplicationLine, cohort_choices, places_left
from desktop.core.desk import Desk
from desktop.widgets.buttons import Button, Kind, icon_button
from desktop.widgets.card import Line, Panel
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.field import Field
from desktop.widgets.key_cap import KeyCap
from desktop.widgets.label import IconText, Label
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import NoteField
from desktop.widgets.theme import theme
from shared.admissions.vocabulary import OPEN_STATES, ApplicationState

WIDTH = 300


class ReviewPanel(Panel):
    """Says what is wanted; the page does it. `acted` gives the word of an act."""

    acted = Signal(str)
    checked = Signal(str, bool)
    noted = Signal()
    stepped = Signal(int)
    cohort_chosen = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self.line: ApplicationLine | None = None
        self.setFixedWidth(theme().px(WIDTH))
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.checks: dict[str, Check] = {}
        self.cohort = Combo(name=self.tr("Cohort"))
        self.cohort.currentIndexChanged.connect(lambda _at: self._show_offer())
        self._check_place = QVBoxLayout()
        self._check_place.setSpacing(0)
        self._make_buttons()
        self.why = Label("", "small", "text2", wrap=True)
        self.note = NoteField(lines=3, placeholder=self.tr("Only staff can read this note"), name=self.tr("Staff note"))
        self.score = NumberField(None, least=0, most=100, name=self.tr("Score"))
        self.note_button = Button(self.tr("Save note"), small=True, on_click=self.noted.emit)
        self.place = Label("", "body-medium")
        self.state = IconText("eye", "", "text2", step="small")
        self._lay()

    def _make_buttons(self) -> None:
        def button(word: str, text: str, icon: str, kind: Kind = Kind.SECONDARY) -> Button:
            act: Callable[[], object] = lambda: self.acted.emit(word)  # noqa: E731 - one line for each button
            return Button(text, kind=kind, icon=icon, on_click=act).stretch()

        self.write_button = button("write", self.tr("Write to the applicant"), "mail", Kind.PRIMARY)
        self.interview_button = button("interview", self.tr("Plan interview"), "calendar")
        self.waiting_button = button("waiting", self.tr("Waiting list"), "hourglass")
        self.offer_button = button("offer", self.tr("Offer a place"), "circle-check")
        self.decline_button = button("decline", self.tr("Decline"), "circle-x", Kind.DANGER)
        self.undo_button = button("undo", self.tr("Undo the decision"), "refresh-cw")
        self.letter_button = button("letter", self.tr("Letter as PDF"), "file-text")
        self.settle_button = button("settle", self.tr("Choose between two decisions"), "git-compare-arrows")

    def _lay(self) -> None:
        column = ScrollColumn(padding=16)
        column.body.setSpacing(10)
        column.body.addWidget(Label(self.tr("Decision"), "section"))
        self.checks_title = Label(self.tr("Checks"), "small-medium", "text2")
        column.body.addWidget(self.checks_title)
        column.body.addLayout(self._check_place)
        self.cohort_field = Field(self.tr("Cohort"), self.cohort)
        column.body.addWidget(self.cohort_field)
        column.body.addWidget(Line())
        column.body.addWidget(Label(self.tr("Next step"), "small-medium", "text2"))
        column.body.addWidget(self.settle_button)
        column.body.addWidget(self.write_button)
        grid = QGridLayout()
        grid.setSpacing(8)
        pairs = (self.interview_button, self.waiting_button, self.offer_button, self.decline_button)
        for at, one in enumerate(pairs):
            grid.addWidget(one, at // 2, at % 2)
        column.body.addLayout(grid)
        column.body.addWidget(self.undo_button)
        column.body.addWidget(self.letter_button)
        column.body.addWidget(self.why)
        column.body.addWidget(Field(self.tr("Staff note"), self.note, optional=True))
        row = QHBoxLayout()
        self.score_field = Field(self.tr("Score, 0 to 100"), self.score, optional=True)
        row.addWidget(self.score_field, 1)
        column.body.addLayout(row)
        column.body.addWidget(self.note_button)
        column.body.addStretch(1)
        self.body.addWidget(column, 1)
        self.body.addWidget(Line())
        self.body.addWidget(self._make_foot())

    def _make_foot(self) -> QWidget:
        foot = QWidget()
        column = QVBoxLayout(foot)
        column.setContentsMargins(16, 10, 16, 10)
        column.addWidget(self.state)
        row = QHBoxLayout()
        back = icon_button("chevron-left", self.tr("Previous application"), "Alt ←")
        back.clicked.connect(lambda: self.stepped.emit(-1))
        on = icon_button("chevron-right", self.tr("Next application"), "Alt →")
        on.clicked.connect(lambda: self.stepped.emit(1))
        for widget in (back, self.place, on):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(KeyCap("Alt ←"))
        row.addWidget(KeyCap("Alt →"))
        column.addLayout(row)
        return foot

    # -------------------------------------------------------------------------------------------------- showing

    def show_line(self, line: ApplicationLine, place: int, count: int) -> None:
        """Show what can be done about an application; what somebody is writing about it stays."""
        if self.line is None or self.line.id != line.id:
            self.note.setPlainText("")
            self.score.set_value(None)
            self.score_field.set_error("")
        self.line = line
        self.place.setText(self.tr("{place} of {count}").format(place=place + 1, count=count))
        why_not = actions.why_not_reviewed(self._desk, line.body)
        self._show_checks(line, may=why_not is None)
        cohorts = cohort_choices(self._desk, line.body["course_id"])
        self.cohort.blockSignals(True)
        self.cohort.set_choices(cohorts)
        self.cohort.choose(line.body["cohort_id"])
        self.cohort.blockSignals(False)
        is_open = line.body["state"] in OPEN_STATES
        self.cohort_field.setVisible(bool(cohorts) and is_open)
        decided = line.body["state"] in (ApplicationState.APPROVED, ApplicationState.REJECTED)
        waiting = line.body["state"] == ApplicationState.WAITING_LIST
        for button in (self.interview_button, self.waiting_button, self.offer_button, self.decline_button):
            button.setVisible(is_open)
            button.setEnabled(why_not is None)
        self.waiting_button.setEnabled(why_not is None and not waiting)
        self.write_button.setEnabled(why_not is None)
        self.note_button.setEnabled(why_not is None)
        self.undo_button.setVisible(decided or waiting)
        self.undo_button.setEnabled(why_not is None)
        self.letter_button.setVisible(decided or waiting)
        self.settle_button.setVisible(line.conflict_id is not None)
        if line.waiting:
            words = self.tr("Saved on this computer. It is sent as soon as there is a network.")
            self.state.set_state("hard-drive", words, "text2")
        else:
            self.state.set_state("eye", self.tr("Others can read this application, too."), "text2")
        self._why_not = why_not or ""
        self._show_offer()

    def _show_checks(self, line: ApplicationLine, *, may: bool) -> None:
        wanted = line.body["content"]["checks"]
        if list(self.checks) != [one["key"] for one in wanted] or self._check_place.count() != len(wanted):
            while (item := self._check_place.takeAt(0)) is not None:
                if (widget := item.widget()) is not None:
                    widget.hide()
                    widget.deleteLater()
            self.checks = {one["key"]: Check(str(one["title"])) for one in wanted}
            for key, check in self.checks.items():
                check.clicked.connect(lambda on, key=key: self.checked.emit(key, on))
                self._check_place.addWidget(check)
        for key, check in self.checks.items():
            check.setChecked(key in line.body["checks"])
            check.setEnabled(may and line.body["state"] in OPEN_STATES)
        self.checks_title.setVisible(bool(wanted))

    def _show_offer(self) -> None:
        if self.line is None:
            return
        body, chosen = self.line.body, self.cohort.chosen
        why = self._why_not
        if not why and body["state"] in OPEN_STATES:
            why = actions.why_no_place(self._desk, body, chosen) or ""
            if not why and not (chosen or body["cohort_id"]):
                why = self.tr("Choose a cohort of this course first.")
            self.offer_button.setEnabled(not why)
        places = places_left(self._desk, chosen or body["cohort_id"])
        if places is not None:
            hint = self.tr("Place available: {left} of {all} left").format(left=max(0, places[0]), all=places[1])
            self.cohort_field.set_hint(hint if places[0] > 0 else self.tr("No place is left."))
        else:
            self.cohort_field.set_hint("")
        self.why.setText(why)
        self.why.setVisible(bool(why))
