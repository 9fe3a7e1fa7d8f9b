"""The middle of the workbench: a file of a hand-in with its tools above and its comments below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.film_copies import played_name
from desktop.grading.preview_comments import CommentList
from desktop.grading.preview_loading import Loaded, load_preview
from desktop.grading.preview_outside import OutsideDialog
from desktop.grading.preview_pins import Pin, Place, numbered
from desktop.grading.preview_player import PlayerView
from desktop.grading.preview_view import PageView
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import Button, Kind, icon_button
from desktop.widgets.card import Line, Panel
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.label import ElidedLabel, IconLabel, Label
from desktop.widgets.theme import theme
from shared.core.errors import CampusError


@dataclass(frozen=True)
class WorkFile:
    """A file of a hand-in: `key` names it in comments (its hash).

    Its `content` is at hand, or `read` brings it from the disk, on another thread; None: it isn't on this computer,
    and `why` may say why it can't be.
    """

    key: str
    name: str
    content: bytes | None = None
    read: Callable[[], bytes | None] | None = None
    why: str = ""


@dataclass(frozen=True)
class NewComment:
    """Where a comment begins: a place of a page, a time of a recording, or with neither the file as a whole."""

    key: str
    words: str
    place: Place | None = None
    time_ms: int | None = None


class PreviewPane(QWidget):
    """Shows one of a hand-in's files; `added`, `changed`, `moved` and `removed` tell what is done to comments."""

    added = Signal(object)
    changed = Signal(str, str)
    moved = Signal(str, object, object)
    removed = Signal(str)
    shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files: list[WorkFile] = []
        self._file: WorkFile | None = None
        self._content: bytes | None = None
        self._turn = 0
        self._pins: list[Pin] = []
        self._sees, self._may_add = "", False
        self._chosen = self._editing = self._moving = ""
        self._start: tuple[Place | None, int | None] = (None, None)
        self.pages = PageView()
        self.pages.setAccessibleName(self.tr("Pages of the work"))
        self.player = PlayerView()
        self.nothing = EmptyState("file-text", "")
        self.stack = QStackedWidget()
        self.comments = CommentList()
        for part in (self.pages, self.player, self.nothing):
            self.stack.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head())
        column.addWidget(Line())
        self.notice = Label("", "small", "text2", wrap=True)
        self.notice.setContentsMargins(16, 6, 16, 6)
        self.notice.hide()
        column.addWidget(self.notice)
        column.addWidget(self.stack, 1)
        column.addWidget(Line())
        foot = Panel()
        foot.body.setContentsMargins(0, 0, 0, 0)
        foot.body.addWidget(self.comments)
        column.addWidget(foot)
        self._connect()
        self.show_files([])

    def _make_head(self) -> QWidget:
        head = Panel()
        head.body.setContentsMargins(0, 0, 0, 0)
        head.setFixedHeight(theme().px(44))
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(6)
        self.sign = IconLabel("file-text")
        self.name = ElidedLabel("", "body-strong")
        self.detail = Label("", "body", "text2")
        self.detail.setToolTip(self.tr("A copy is kept on this computer"))
        self.choose = Button("", kind=Kind.QUIET, small=True, trailing_icon="chevron-down", on_click=self.open_menu)
        self.smaller = icon_button("zoom-out", self.tr("Smaller"), kind=Kind.QUIET)
        self.percent = Button("100%", kind=Kind.QUIET, small=True)
        self.percent.setToolTip(self.tr("As wide as there is room"))
        self.larger = icon_button("zoom-in", self.tr("Larger"), kind=Kind.QUIET)
        self.comment = icon_button("message-square", self.tr("Comment here"), "C", kind=Kind.QUIET)
        self.outside = icon_button("external-link", self.tr("Open outside"), kind=Kind.QUIET)
        row.addWidget(self.sign)
        row.addWidget(self.name, 1)
        for part in (self.detail, self.choose):
            row.addWidget(part)
        row.addStretch(0)
        for button in (self.smaller, self.percent, self.larger, self.comment, self.outside):
            row.addWidget(button)
        head.body.addLayout(row)
        return head

    def _connect(self) -> None:
        self.smaller.clicked.connect(lambda: self.pages.zoom_by(-1))
        self.larger.clicked.connect(lambda: self.pages.zoom_by(1))
        self.percent.clicked.connect(lambda: self.pages.set_zoom(0))
        self.comment.clicked.connect(self.begin_comment)
        self.outside.clicked.connect(self.ask_outside)
        self.pages.zoom_changed.connect(lambda percent: self.percent.setText(f"{percent}%"))
        self.pages.page_changed.connect(self._show_comments)
        self.pages.placed.connect(self._placed)
        self.pages.placing_ended.connect(self._show_comments)
        self.pages.pin_pressed.connect(self._go)
        self.player.failed.connect(self._say_nothing)
        self.comments.go_asked.connect(self._go)
        self.comments.edit_asked.connect(self._edit)
        self.comments.move_asked.connect(self._move)
        self.comments.remove_asked.connect(self.removed)
        self.comments.written.connect(self._written)
        self.comments.writing_ended.connect(self._ended)

    # ------------------------------------------------------------------------------------------------------ files

    def show_files(self, files: Sequence[WorkFile], words: str = "", detail: str = "") -> None:
        """Show a hand-in from its first file; without files the words say what there is instead."""
        self._files = list(files)
        self.choose.setVisible(len(files) > 1)
        if files:
            self.show_file(files[0].key)
            return
        self._file = None
        self._clear()
        self.name.setText("")
        self._say(words, detail)

    def show_file(self, key: str) -> None:
        """Show one of the files."""
        at = next((place for place, one in enumerate(self._files) if one.key == key), None)
        if at is None:
            return
        self._clear()
        file = self._file = self._files[at]
        self.name.setText(file.name)
        self.choose.setText(self.tr("{n} of {all}").format(n=at + 1, all=len(self._files)))
        self.choose.updateGeometry()
        self.sign.setVisible(True)
        turn = self._turn
        if file.read is None:
            self._open(file, file.content, turn)
            return

        def failed(problem: Exception) -> None:
            if not isinstance(problem, CampusError):
                raise problem
            self._take(Loaded(file.name, why=problem.message), turn)

        run_in_background(file.read, lambda content: self._open(file, content, turn), failed, self)

    def _open(self, file: WorkFile, content: bytes | None, turn: int) -> None:
        if turn != self._turn:
            return
        self._content = content
        self.outside.setVisible(content is not None)
        if content is None:
            words = file.why or self.tr("Take the files along while there is a network.")
            self._say(self.tr("This file isn't on this computer yet"), words)
            self.shown.emit()
            return
        load_preview(file.name, content, lambda loaded: self._take(loaded, turn), self)

    def file_arrived(self, key: str) -> None:
        """Show the file on show, now that it is on this computer."""
        if self._file is not None and self._file.key == key and self._content is None:
            self.show_file(key)

    def _clear(self) -> None:
        self._turn += 1
        self._content = None
        self.comments.stop_writing()
        self._chosen = self._editing = self._moving = ""
        self._pins = []
        self.pages.set_pages(None)
        self.player.close_media()
        self.notice.hide()
        self.detail.setText("")
        self.stack.setCurrentWidget(self.pages)
        for part in (self.smaller, self.percent, self.larger, self.comment, self.outside, self.sign):
            part.hide()

    def _take(self, loaded: Loaded, turn: int) -> None:
        if turn != self._turn:  # another file was chosen meanwhile
            if loaded.pages is not None:
                loaded.pages.close()
                loaded.pages.deleteLater()
            return
        if loaded.pages is not None:
            self.pages.set_pages(loaded.pages)
            self.stack.setCurrentWidget(self.pages)
            count = self.pages.count
            self.detail.setText(self.tr("1 page") if count == 1 else self.tr("{n} pages").format(n=count))
            for part in (self.smaller, self.percent, self.larger):
                part.show()
        elif loaded.recording is not None:
            self.stack.setCurrentWidget(self.player)
            if not self.player.load(loaded.name, loaded.recording):
                self._say_nothing(self.tr("This computer lacks what playing needs."))
        else:
            self._say_nothing(loaded.why)
        if loaded.cut:
            self.notice.setText(self.tr("Only the beginning is shown: this file is very long."))
            self.notice.show()
        self.comment.setVisible(self._may_add and self.stack.currentWidget() is not self.nothing)
        self._show_comments()
        self.shown.emit()

    def _say_nothing(self, why: str) -> None:
        self._say(why, self.tr("It can be opened in another program, after asking."))

    def _say(self, title: str, detail: str = "") -> None:
        self.nothing.set_words(title, detail)
        self.stack.setCurrentWidget(self.nothing)
        self._show_comments()

    @property
    def file(self) -> WorkFile | None:
        """The file on show."""
        return self._file

    def menu(self) -> QMenu:
        """Return the files to choose from."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for one in self._files:
            action = menu.addAction(one.name)
            action.triggered.connect(lambda _=False, key=one.key: self.show_file(key))
        return menu

    def open_menu(self) -> None:
        """Offer the other files."""
        self.menu().popup(self.choose.mapToGlobal(QPoint(0, self.choose.height() + 2)))

    def ask_outside(self) -> None:
        """Ask whether the file is opened in another program."""
        if self._file is not None and self._content is not None:
            dialog = OutsideDialog(self.window(), played_name(self._file.name, self._content), self._content)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open_dialog()

    # --------------------------------------------------------------------------------------------------- comments

    def set_comments(self, pins: Sequence[Pin], sees: str, *, may_add: bool) -> None:
        """Show the comments of the file on show; `sees` says who sees them and when."""
        self._pins, self._sees, self._may_add = numbered(pins), sees, may_add
        self.comment.setVisible(may_add and self._file is not None and self.stack.currentWidget() is not self.nothing)
        self._show_comments()

    def _show_comments(self, *_page: object) -> None:
        paged = self.stack.currentWidget() is self.pages
        self.pages.set_pins(self._pins, self._chosen)
        self.player.set_pins(self._pins, self._chosen)
        may_add = self._may_add and self._file is not None
        if self.pages.placing:
            return  # how a place is found stands there
        self.comments.show_pins(self._pins, self._sees, may_add=may_add, page=self.pages.page if paged else None)
        self.comments.setVisible(bool(self._pins) or may_add)

    def begin_comment(self) -> None:
        """Look for a place on the page, or take the recording's present time, then write."""
        if not self._may_add or self._file is None or self.comments.writing:
            return
        self._editing = self._moving = ""
        if self.stack.currentWidget() is self.pages and self.pages.count:
            self.pages.place_pin()
            self.comments.show_placing()
        elif self.stack.currentWidget() is self.player:
            self._start = (None, self.player.position)
            self.comments.write()
        else:
            self._start = (None, None)
            self.comments.write()

    def _placed(self, place: Place) -> None:
        if self._moving:
            moving, self._moving = self._moving, ""
            self.moved.emit(moving, place, None)
            return
        self._start = (place, None)
        self.comments.write()

    def _written(self, words: str) -> None:
        if self._editing:
            self.changed.emit(self._editing, words)
        elif self._file is not None:
            self.added.emit(NewComment(self._file.key, words, *self._start))

    def _ended(self) -> None:
        self._editing = ""
        widget = self.stack.currentWidget()
        if widget is not None:
            widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def _pin(self, pin_id: str) -> Pin | None:
        return next((one for one in self._pins if one.id == pin_id), None)

    def _go(self, pin_id: str) -> None:
        pin = self._pin(pin_id)
        if pin is None:
            return
        self._chosen = pin_id
        if pin.place is not None:
            self.pages.go_to(pin.place.page, max(0.01, pin.place.y))
        elif pin.time_ms is not None:
            self.player.seek(pin.time_ms)
        self._show_comments()

    def _edit(self, pin_id: str) -> None:
        pin = self._pin(pin_id)
        if pin is not None:
            self._editing = pin_id
            self.comments.write(pin.words)

    def _move(self, pin_id: str) -> None:
        pin = self._pin(pin_id)
        if pin is None:
            return
        if pin.place is not None:
            self._moving = pin_id
            self.pages.place_pin(pin.place)
            self.comments.show_placing()
        else:
            self.moved.emit(pin_id, None, self.player.position)
