"""The right side of the workbench: who it is, the rubric, what it comes to, feedback, notes, and finishing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.grading.marking_feedback import Feedback, PrivateNotes
from desktop.grading.marking_judging import Judging
from desktop.grading.marking_line import WorkLine
from desktop.grading.marking_points import PointsEdit
from desktop.grading.marking_rubric import RubricView
from desktop.grading.marking_store import Bench
from desktop.grading.marking_total import TotalBox
from desktop.grading.marking_words import late_words, standing_badge
from desktop.widgets.avatar import Avatar
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import Button, Kind, icon_button, primary, secondary
from desktop.widgets.card import Line, Panel, Well
from desktop.widgets.field import Field
from desktop.widgets.key_cap import KeyHint
from desktop.widgets.label import ElidedLabel, IconText, Label
from desktop.widgets.layouts import ScrollColumn, show_part
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.grading.points import points_text
from shared.grading.vocabulary import MarkStatus

Body = Mapping[str, Any]
WIDTH = 396


class _Column(ScrollColumn):
    """Scrolls by the wheel and by Tab: arrows and page keys are for criteria and for the document."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()


class MarkingPanel(Panel):
    """Judges one student's work; its body is built anew for each, so that nothing of the one before remains.

    `changed`: the judgement is another one now. The page saves, and calls `show_saved`.
    """

    changed = Signal()
    finish_asked = Signal()
    draft_asked = Signal()
    step_asked = Signal(int)
    status_asked = Signal(str)
    note_added = Signal(str)
    history_asked = Signal()
    pdf_asked = Signal()
    time_asked = Signal()
    decide_asked = Signal()
    sentence_chosen = Signal(str)
    sentence_kept = Signal()
    sentence_dropped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setFixedWidth(theme().px(WIDTH))
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.judging: Judging | None = None
        self.editable = False
        self.rubric: RubricView | None = None
        self.score: PointsEdit | None = None
        self.feedback: Feedback | None = None
        self.notes: PrivateNotes | None = None
        self.reason: TextField | None = None
        self.time_offered: Callable[[], bool] = lambda: False
        self._make_head()
        self.body.addWidget(Line())
        self.column = _Column(padding=16)
        self.column.body.setSpacing(14)
        self.content: QWidget | None = None
        self.body.addWidget(self.column, 1)
        self.body.addWidget(Line())
        self._make_foot()

    def _make_head(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(16, 10, 12, 10)
        row.setSpacing(10)
        self.avatar = Avatar(size=36)
        words = QVBoxLayout()
        words.setSpacing(1)
        self.name = ElidedLabel("", "section")
        self.detail = ElidedLabel("", "small", "text2")
        words.addWidget(self.name)
        words.addWidget(self.detail)
        self.badge = Badge("")
        self.more = icon_button("ellipsis", self.tr("More"), kind=Kind.QUIET, on_click=self.open_menu)
        row.addWidget(self.avatar)
        row.addLayout(words, 1)
        row.addWidget(self.badge)
        row.addWidget(self.more)
        self.body.addLayout(row)

    def _make_foot(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 12, 16, 12)
        foot.setSpacing(8)
        self.before = icon_button(
            "chevron-left", self.tr("Student before"), "Alt Left", on_click=partial(self.step_asked.emit, -1)
        )
        self.after = icon_button(
            "chevron-right", self.tr("Next student"), "Alt Right", on_click=partial(self.step_asked.emit, 1)
        )
        self.draft = secondary(self.tr("Save draft"), on_click=self.draft_asked.emit)
        self.finish = primary(self.tr("Finish and next"), on_click=self.finish_asked.emit)
        self.finish.setToolTip(self.tr("Ctrl Enter"))
        foot.addWidget(self.before)
        foot.addWidget(self.after)
        foot.addStretch(1)
        foot.addWidget(self.draft)
        foot.addWidget(self.finish)
        self.body.addLayout(foot)

    # ---------------------------------------------------------------------------------------------------- showing

    def show_nobody(self) -> None:
        """Show that no student is chosen."""
        self.judging, self.editable = None, False
        self._rebuild()
        self.avatar.hide()
        self.name.setText("")
        self.detail.setText("")
        for part in (self.badge, self.more):
            part.hide()
        for button in (self.before, self.after, self.draft, self.finish):
            button.setEnabled(False)

    def show_judging(self, bench: Bench, judging: Judging, notices: list[QWidget], reason: str) -> None:
        """Show a student's work; `reason` is what a correction says of itself, empty where it is none."""
        self.judging, self.editable = judging, bench.may_mark
        self._show_head(bench, judging.line)
        column = self._rebuild()
        for notice in notices:
            column.addWidget(notice)
        if judging.criteria:
            column.addLayout(self._rubric_head(bench))
            self.rubric = RubricView(judging)
            self.rubric.changed.connect(self._judged)
            column.addWidget(self.rubric)
        else:
            column.addLayout(self._score_row(judging))
        self.total = TotalBox()
        column.addWidget(self.total)
        self.feedback = Feedback(
            self.tr("Feedback to {name}").format(name=judging.line.first_name), judging.feedback, editable=self.editable
        )
        self.feedback.written.connect(self._write)
        self.feedback.chosen.connect(self.sentence_chosen)
        self.feedback.keep_asked.connect(self.sentence_kept)
        self.feedback.drop_asked.connect(self.sentence_dropped)
        column.addWidget(self.feedback)
        if reason:
            self.reason = TextField(name=self.tr("Why it changes"))
            self.reason.setMaxLength(300)
            column.addWidget(Field(self.tr("Why it changes"), self.reason, hint=reason))
        column.addLayout(self._saved_row(correcting=bool(reason)))
        self.notes = PrivateNotes(editable=self.editable)
        self.notes.added.connect(self.note_added)
        self.notes.history.clicked.connect(self.history_asked)
        column.addWidget(self.notes)
        column.addStretch(1)
        self.draft.setVisible(not reason)
        self.finish.setText(self.tr("Correct and next") if reason else self.tr("Finish and next"))
        self.finish.updateGeometry()
        for button in (self.draft, self.finish):
            button.setEnabled(self.editable)
        self.refresh()

    def _rebuild(self) -> QVBoxLayout:
        if self.content is not None:
            self.column.body.removeWidget(self.content)
            self.content.hide()
            self.content.deleteLater()
        self.rubric = self.score = self.feedback = self.notes = self.reason = None
        self.content = QWidget()
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        self.column.body.addWidget(self.content)
        self.column.verticalScrollBar().setValue(0)
        return column

    def _show_head(self, bench: Bench, line: WorkLine) -> None:
        self.avatar.setVisible(True)
        self.avatar.set_person(line.name, line.number or line.name)
        self.name.setText(line.name)
        attempt = ""
        if line.submission is not None:
            words = self.tr("attempt {n} of {all}")
            attempt = words.format(n=line.submission["attempt"], all=max(line.attempts, line.submission["attempt"]))
        elif bench.handed_in_here:
            attempt = self.tr("nothing handed in")
        self.detail.setText(" · ".join(part for part in (line.number, attempt) if part))
        word, tone = (late_words(line.days_late), "warn") if line.is_late else standing_badge(line)
        self.badge.setVisible(bool(word))
        self.badge.set_state(word, tone, "clock" if line.is_late else "")
        self.more.setVisible(self.editable)

    def _rubric_head(self, bench: Bench) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(Label(self.tr("Rubric"), "section"))
        head.addWidget(Badge(bench.rubric))
        head.addStretch(1)
        most = min(9, max((len(one["levels"]) for one in bench.criteria or ()), default=1))
        head.addWidget(KeyHint(f"1 – {most}" if most > 1 else "1", self.tr("pick level")))
        return head

    def _score_row(self, judging: Judging) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        row = QHBoxLayout()
        row.addWidget(Label(self.tr("Points"), "section"))
        row.addStretch(1)
        row.addWidget(KeyHint("F2", self.tr("type points")))
        self.score = PointsEdit(self.tr("Points"), self._type_score, kind=Kind.SECONDARY)
        row.addWidget(self.score)
        column.addLayout(row)
        error = Label("", "small", "bad", wrap=True)
        error.hide()

        def refused(why: str) -> None:
            error.setText(why)
            show_part(error, bool(why))

        self.score.refused.connect(refused)
        self.score.done.connect(self._back_from_points)
        column.addWidget(error)
        return column

    def _back_from_points(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _type_score(self, typed: str) -> None:
        if self.judging is None or not self.editable:
            raise CampusError("not_allowed", self.tr("You don't mark this class. Ask whoever teaches it."))
        self.judging.type_score(typed)
        self._judged()

    def _saved_row(self, *, correcting: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        self.saved = IconText("hard-drive", "", "ok", step="small")
        self.saved.words.setWordWrap(True)
        self.saved.setVisible(False)
        row.addWidget(self.saved, 100)
        row.addStretch(1)
        if self.editable and not correcting:
            row.addWidget(KeyHint("Ctrl Enter", self.tr("finish and next")))
        return row

    def refresh(self) -> None:
        """Show the judgement as it stands."""
        judging = self.judging
        if judging is None:
            return
        if self.rubric is not None:
            self.rubric.refresh(editable=self.editable)
        if self.score is not None:
            value = "" if judging.score is None else points_text(judging.score)
            self.score.show_points(value, points_text(judging.most))
            self.score.button.setEnabled(self.editable)
        self.total.show_judging(judging)

    def show_saved(self, words: str, *, fine: bool = True) -> None:
        """Say that it is saved, or why not."""
        self.saved.set_state("hard-drive" if fine else "circle-alert", words, "ok" if fine else "bad")
        self.saved.setVisible(True)

    def keep_keys(self, show: Callable[[], object]) -> None:
        """Have something shown anew, with the keyboard at the criterion where it was."""
        at = self.rubric.current if self.rubric is not None else 0
        # Qt says None where nothing has the focus, its stubs don't
        focused: QWidget | None = self.window().focusWidget()
        had = focused is not None and self.isAncestorOf(focused)
        show()
        if had and self.rubric is not None:
            self.rubric.focus_on(at)

    # --------------------------------------------------------------------------------------------------- judging

    def _judged(self) -> None:
        self.refresh()
        self.changed.emit()

    def _write(self, words: str) -> None:
        if self.judging is not None and words != self.judging.feedback:
            self.judging.write(words)
            self.refresh()
            self.changed.emit()

    def flush(self) -> None:
        """Have what is still being typed taken."""
        if self.feedback is not None:
            self.feedback.flush()
        if self.rubric is not None:
            self.rubric.flush()

    def take(self, part: Body) -> None:
        """Begin from what one of two markers gave."""
        if self.judging is not None and self.editable:
            self.flush()
            self.judging.take(part)
            if self.feedback is not None:
                self.feedback.field.setPlainText(self.judging.feedback)
            self._judged()

    def menu(self) -> QMenu:
        """Return what can be done beside points."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words = {
            MarkStatus.MISSING: self.tr("Mark as missing"),
            MarkStatus.EXCUSED: self.tr("Excuse from this work"),
            MarkStatus.NONE: self.tr("Clear the mark"),
        }
        for status, label in words.items():
            action = menu.addAction(label, partial(self.status_asked.emit, str(status)))
            action.setEnabled(self.judging is not None and self.judging.status is not status)
        menu.addSeparator()
        self._add_time(menu)
        menu.addAction(self.tr("History of this mark"), self.history_asked.emit)
        pdf = menu.addAction(self.tr("Marked work as PDF"), self.pdf_asked.emit)
        mark = self.judging.line.mark if self.judging is not None else None
        pdf.setEnabled(bool(mark and mark.get("released_at")))
        return menu

    def _add_time(self, menu: QMenu) -> None:
        # Where names are hidden, whoever asked for more time isn't known here: the gradebook gives it by name.
        action = menu.addAction(self.tr("More time for this student"), self.time_asked.emit)
        action.setVisible(self.time_offered())

    def open_menu(self) -> None:
        """Show the menu below its button."""
        self.menu().popup(self.more.mapToGlobal(QPoint(0, self.more.height() + 2)))


def notice(icon: str, words: str, tone: str, action: Button | None = None) -> Well:
    """Return a notice above the rubric."""
    well = Well(icon, words, tone)
    if action is not None:
        well.body.addWidget(action)
    return well
