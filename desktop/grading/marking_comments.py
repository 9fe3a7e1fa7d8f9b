"""Comments on work between their rows and the preview: what is shown, and what is done to them, with Undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject

from desktop.core.desk import Desk
from desktop.grading import marking_actions
from desktop.grading.marking_line import WorkLine
from desktop.grading.marking_store import Bench, comments_of
from desktop.grading.preview_pane import NewComment, PreviewPane
from desktop.grading.preview_pins import Pin, Place
from desktop.shell.page import tell, tell_problem
from shared.core.errors import CampusError
from shared.grading.vocabulary import WORK_COMMENT

Body = Mapping[str, Any]


def pin_of(comment: Body, me: str) -> Pin:
    """Return a comment's row as a pin; the names of others are told."""
    place = Place.of_row(comment["place"]) if comment.get("place") else None
    mine = comment["author_id"] in {me, ""}
    author = "" if mine else str(comment["author_name"])
    return Pin(comment["id"], str(comment["text"]), place, comment.get("time_code_ms"), author, mine=mine)


class WorkComments(QObject):
    """Follows the file on show in a preview."""

    def __init__(self, desk: Desk, preview: PreviewPane) -> None:
        super().__init__(preview)
        self._desk, self._preview = desk, preview
        self._bench: Bench | None = None
        self._line: WorkLine | None = None
        preview.shown.connect(self.show)
        preview.added.connect(self._add)
        preview.changed.connect(lambda key, words: self._change(key, {"text": words}))
        preview.moved.connect(self._move)
        preview.removed.connect(self._remove)

    def set_line(self, bench: Bench, line: WorkLine | None) -> None:
        """Be about another student's work."""
        self._bench, self._line = bench, line

    def show(self) -> None:
        """Show the comments of the file on show."""
        bench, line, file = self._bench, self._line, self._preview.file
        if bench is None or line is None or line.submission is None or file is None:
            self._preview.set_comments([], "", may_add=False)
            return
        found = comments_of(self._desk, line.submission["id"], file.key)
        pins = [pin_of(one, self._desk.actor.person_id) for one in found]
        seen = bool(line.mark and line.mark.get("released_at"))
        sees = self.tr("{name} sees this") if seen else self.tr("{name} sees this after you publish")
        self._preview.set_comments(pins, sees.format(name=line.first_name), may_add=bench.may_mark)

    def _do(self, act: Callable[[Bench, WorkLine], object]) -> bool:
        if self._bench is None or self._line is None:
            return False
        try:
            act(self._bench, self._line)
        except CampusError as problem:
            tell_problem(self._preview, problem)
            return False
        self.show()
        return True

    def _add(self, new: NewComment) -> None:
        def act(bench: Bench, line: WorkLine) -> None:
            if line.submission is not None:
                place = new.place.as_row() if new.place is not None else None
                marking_actions.add_comment(
                    self._desk, bench, line.submission["id"], new.key, new.words, place=place, time_ms=new.time_ms
                )

        self._do(act)

    def _change(self, key: str, wanted: Body) -> None:
        comment = self._desk.store.get(WORK_COMMENT, key)
        if comment is not None:
            self._do(lambda bench, _line: marking_actions.edit_comment(self._desk, bench, comment, wanted))

    def _move(self, key: str, place: Place | None, time_ms: int | None) -> None:
        self._change(key, {"place": place.as_row()} if place is not None else {"time_code_ms": time_ms})

    def _remove(self, key: str) -> None:
        comment = self._desk.store.get(WORK_COMMENT, key)
        if comment is None:
            return
        if self._do(lambda bench, _line: marking_actions.remove_comment(self._desk, bench, comment)):
            tell(self._preview, self.tr("Comment removed"), lambda: self._put_back(key))

    def _put_back(self, key: str) -> None:
        comment = self._desk.store.get(WORK_COMMENT, key)
        if comment is not None:
            self._do(lambda bench, _line: marking_actions.remove_comment(self._desk, bench, comment, back=True))
