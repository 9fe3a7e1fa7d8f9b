"""The making of a file or a document in the background: how far it is, and Stop, which leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.long_work import StoppedError, Work
from desktop.shell.page import tell, tell_problem
from desktop.shell.table_files import Step
from desktop.widgets.background import run_in_background
from desktop.widgets.hand_over import handed_over
from desktop.widgets.progress import Progress
from shared.core.errors import CampusError

Made = TypeVar("Made")
LONG_ROWS, LONG_PAGES = 1_000, 20
"""From how many rows or pages on one waits long enough to want to know how far it is."""


def teller(owner: QObject, slot: Callable[[int, int], object]) -> Callable[[int, int], None]:
    """Return what work calls on its own thread with how far it is; the GUI thread calls `slot` while `owner` lives."""
    told = handed_over(owner, lambda so_far: slot(*so_far))
    return lambda done, total: told((done, total))


class FileTask(Progress):
    """One file at a time; shown for long ones only. ``running`` says when one begins and when it has ended."""

    running = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._work: Work | None = None
        self._least = 0
        self.stopped.connect(self.stop)
        self.hide()

    @property
    def is_running(self) -> bool:
        """Whether a file is being made."""
        return self._work is not None

    def run(self, title: str, make: Callable[[Step], Made], done: Callable[[Made], object], *, least: int) -> bool:
        """Make something in the background and give it to `done`; False while another one is being made.

        `make` gets what tells how far it is; from `least` steps in all on that is shown with Stop.
        """
        if self._work is not None:
            return False
        work = self._work = Work(teller(self, self._tell))
        self._least = least
        self.title.setText(title)
        self.bar.setAccessibleName(title)
        self.running.emit(True)

        def end(found: Made) -> None:
            self._end()
            done(found)

        run_in_background(lambda: make(work.step), end, self._failed, self)
        return True

    def stop(self) -> None:
        """End the work at its next step."""
        if self._work is not None:
            self._work.stop.set()

    def _tell(self, done: int, total: int) -> None:
        self.setVisible(self._work is not None and total >= self._least)
        self.set_progress(done, total)

    def _end(self) -> None:
        self._work = None
        self.hide()
        self.stop_button.set_busy(False)
        self.running.emit(False)

    def _failed(self, problem: Exception) -> None:
        self._end()
        if isinstance(problem, CampusError):
            tell_problem(self, problem)
        elif isinstance(problem, StoppedError):
            tell(self, self.tr("Stopped. Nothing was saved"))
        else:
            raise problem
