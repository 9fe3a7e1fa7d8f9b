"""A student's page to review somebody's work: the work without a name, the rubric, and what one thinks of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.file_transfer import Moved
from desktop.core.film_copies import original, read_here
from desktop.grading.given_actions import fetch_given
from desktop.grading.marking_judging import Judging
from desktop.grading.marking_rubric import RubricView
from desktop.grading.peer_actions import save_review
from desktop.grading.peer_store import ReviewDesk, read_task
from desktop.grading.preview_pane import PreviewPane, WorkFile
from desktop.shell.page import tell, tell_problem
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Line, Panel
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.field import Field
from desktop.widgets.hand_over import handed_over
from desktop.widgets.label import ElidedLabel, Label
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.text_field import NoteField
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.grading.points import points_text
from shared.grading.vocabulary import ReviewState

WIDTH = 396


class ReviewPage(QWidget):
    """Ctrl S keeps it, Ctrl Enter sends it. Leaving keeps what is written, too."""

    def __init__(self, desk: Desk, task_id: str | None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk, self._task_id = desk, task_id or ""
        self.review: ReviewDesk | None = None
        self.judging: Judging | None = None
        self.rubric: RubricView | None = None
        self.preview = PreviewPane()
        self._lay()
        for key, act in (("Ctrl+S", self.save), ("Ctrl+Return", self.send), ("Ctrl+Enter", self.send)):
            QShortcut(QKeySequence(key), self).activated.connect(act)
        if desk.files is not None:
            self.destroyed.connect(desk.files.subscribe(handed_over(self, self._heard)))
        self.load()

    def _lay(self) -> None:
        self._layers = QStackedLayout(self)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.preview, 1)
        row.addWidget(Line(upright=True))
        row.addWidget(self._make_panel())
        self._layers.addWidget(whole)
        empty = QWidget()
        words = self.tr("This review isn't wanted any more, or isn't on this computer")
        QVBoxLayout(empty).addWidget(EmptyState("users", words))
        self._layers.addWidget(empty)

    def _make_panel(self) -> Panel:
        panel = Panel()
        panel.setFixedWidth(theme().px(WIDTH))
        panel.body.setContentsMargins(0, 0, 0, 0)
        panel.body.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 16, 12)
        words = QVBoxLayout()
        words.setSpacing(1)
        self.name, self.detail = ElidedLabel("", "section"), ElidedLabel("", "small", "text2")
        words.addWidget(self.name)
        words.addWidget(self.detail)
        self.badge = Badge("")
        head.addLayout(words, 1)
        head.addWidget(self.badge)
        panel.body.addLayout(head)
        panel.body.addWidget(Line())
        column = ScrollColumn(padding=16)
        self._rubric_place = QVBoxLayout()
        column.body.addLayout(self._rubric_place)
        self.points = Label("", "body-strong")
        column.body.addWidget(self.points)
        self.words = NoteField(lines=8, name=self.tr("What you think of it"))
        hint = self.tr("Say what is good, and what would make it better. Nobody learns who wrote it.")
        column.body.addWidget(Field(self.tr("What you think of it"), self.words, hint=hint))
        column.body.addStretch(1)
        panel.body.addWidget(column, 1)
        panel.body.addWidget(Line())
        panel.body.addWidget(self._make_foot())
        return panel

    def _make_foot(self) -> QWidget:
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(16, 12, 16, 12)
        self.save_button = secondary(self.tr("Save draft"), on_click=self.save)
        self.send_button = primary(self.tr("Send review"), on_click=self.send)
        row.addStretch(1)
        row.addWidget(self.save_button)
        row.addWidget(self.send_button)
        return foot

    # -------------------------------------------------------------------------------------------------- showing

    def load(self) -> None:
        """Read the review, and show the work and what is written so far."""
        self.review = read_task(self._desk, self._task_id)
        review = self.review
        self._layers.setCurrentIndex(0 if review is not None else 1)
        if review is None:
            self.setWindowTitle(self.tr("Review"))
            return
        self.setWindowTitle(self.tr("{work}: review").format(work=review.assignment["title"]))
        self.name.setText(review.line.name)
        self.detail.setText(str(review.assignment["title"]))
        self.judging = Judging(review.bench, review.line)
        if self.rubric is not None:
            self.rubric.deleteLater()
            self.rubric = None
        if self.judging.criteria:
            self.rubric = RubricView(self.judging)
            self.rubric.changed.connect(self._judged)
            self._rubric_place.addWidget(self.rubric)
        self.words.setPlainText(str(review.task["text"]))
        self._show_work(review)
        self._judged()
        self._show_state(review)

    def _show_state(self, review: ReviewDesk) -> None:
        sent = review.task["state"] == ReviewState.SENT
        written = bool(review.task["text"] or review.task["levels"])
        word, tone, icon = (self.tr("Sent"), "ok", "check") if sent else (self.tr("Draft"), "warn", "file-text")
        self.badge.set_state(*((word, tone, icon) if sent or written else (self.tr("Not written"), "neu", "")))
        self.save_button.setVisible(not sent)
        self.send_button.setText(self.tr("Send changes") if sent else self.tr("Send review"))

    def _show_work(self, review: ReviewDesk) -> None:
        files = list(review.task["files"])
        shown = [
            WorkFile(
                one["sha256"],
                one["name"],
                read=partial(read_here, self._desk.store, one["sha256"]),
                why=self.tr("It is on its way."),
            )
            for one in files
        ]
        answer = str(review.task["answer"])
        if answer.strip():
            shown.append(WorkFile("", self.tr("Written answer.txt"), answer.encode()))
        try:
            fetch_given(self._desk, files)
        except CampusError as problem:
            tell_problem(self, problem)
        self.preview.show_files(shown, self.tr("Nothing to look at"))

    def _judged(self) -> None:
        if self.judging is None:
            return
        if self.rubric is not None:
            self.rubric.refresh(editable=True)
        score = self.judging.score
        self.points.setVisible(self.rubric is not None)
        most = points_text(self.judging.most)
        words = self.tr("{points} of {most} points") if score is not None else self.tr("– of {most} points")
        self.points.setText(words.format(points=points_text(score or 0), most=most))

    # ---------------------------------------------------------------------------------------------------- doing

    def save(self) -> None:
        """Keep what is written."""
        if self.review is not None and self._commit(sent=self.review.task["state"] == ReviewState.SENT):
            tell(self, self.tr("Saved on this computer"))

    def send(self) -> None:
        """Send it to whoever marks; the author sees it with the mark."""
        if self._commit(sent=True):
            tell(self, self.tr("Review sent. It goes as soon as there is a network."))

    def _commit(self, *, sent: bool) -> bool:
        review, judging = self.review, self.judging
        if review is None or judging is None:
            return False
        try:
            done = save_review(self._desk, review, self._levels(judging), self.words.toPlainText(), sent=sent)
        except CampusError as problem:
            tell_problem(self, problem)
            return False
        self.review = read_task(self._desk, self._task_id)
        if self.review is not None:
            self._show_state(self.review)
        return done

    @staticmethod
    def _levels(judging: Judging) -> list[dict[str, Any]]:
        levels: list[dict[str, Any]] = judging.judgement(finished=False)["levels"]
        return levels

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep what is written before another page comes; what was sent changes only when it is sent again."""
        super().hideEvent(event)
        if self.review is not None and self.review.task["state"] != ReviewState.SENT:
            self._commit(sent=False)

    def _heard(self, moved: Moved) -> None:
        if moved.direction == "down" and moved.ended and not moved.sentence:
            self.preview.file_arrived(original(self._desk.store, moved.sha256))

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page for F1."""
        return [("Ctrl S", self.tr("Save draft")), ("Ctrl Enter", self.tr("Send review"))]

    def first_focus(self) -> QWidget:
        """Begin with the rubric, or with the words."""
        return self.rubric.boxes[0].tiles[0] if self.rubric is not None and self.rubric.boxes else self.words
