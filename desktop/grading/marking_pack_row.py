"""Taking a class's work along: a button with its size, progress with Stop, and the word that all is here."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.file_transfer import Moved
from desktop.core.film_copies import original
from desktop.grading.marking_pack import Pack, leave_behind, pack_of, take_along, unknown_films
from desktop.grading.marking_store import Bench
from desktop.shell.film_learning import FilmLearning
from desktop.shell.page import tell, tell_problem
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import Button
from desktop.widgets.hand_over import handed_over
from desktop.widgets.label import IconText, Label
from desktop.widgets.progress import Progress
from shared.core.errors import CampusError
from shared.core.text import plural

_MEGABYTE = 1 << 20


class PackRow(QWidget):
    """Stands in the list of a class whose work has files; `arrived` gives the hash of each that has come."""

    arrived = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._bench: Bench | None = None
        self.pack = Pack(0, ())
        self._films = FilmLearning(desk, self.refresh, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.take = Button("", icon="download", small=True, on_click=self.start).stretch()
        self.progress = Progress(self.tr("Taking along"))
        self.progress.stopped.connect(self.stop)
        self.here = IconText("hard-drive", self.tr("All files are on this computer"), "ok", step="small")
        self.smaller = Label("", "small", "muted", wrap=True)
        self.why = Label("", "small", "bad", wrap=True)
        for part in (self.take, self.progress, self.smaller, self.here, self.why):
            part.hide()
            column.addWidget(part)
        if desk.files is not None:
            self.destroyed.connect(desk.files.subscribe(handed_over(self, self._heard)))

    def show_bench(self, bench: Bench | None) -> None:
        """Be about a class."""
        self._bench = bench
        self.refresh()
        self._learn()

    def _learn(self) -> None:
        """Ask the server which films have smaller copies, so that the size is right before anything is fetched."""
        if self._bench is not None:
            self._films.learn(unknown_films(self._desk, self._bench))

    def refresh(self) -> None:
        """Look what is here."""
        pack = self.pack = pack_of(self._desk, self._bench) if self._bench is not None else Pack(0, ())
        may = self._desk.files is not None
        self.setVisible(bool(pack.files) and (may or not pack.missing))
        self.here.setVisible(bool(pack.files) and not pack.missing)
        self.take.setVisible(may and bool(pack.missing) and not pack.coming)
        self.progress.setVisible(may and bool(pack.missing) and pack.coming)
        self.progress.stop_button.set_busy(False)
        self.why.setText(pack.why)
        self.why.setVisible(bool(pack.why))
        size = self.tr("{n} MB").format(n=max(1, -(-pack.to_come // _MEGABYTE)))
        count = len(pack.missing)
        self.take.setText(plural("Take 1 file along, {size}", "Take {n} files along, {size}", count, size=size))
        saved = self.tr("{n} MB").format(n=max(1, round(pack.saved / _MEGABYTE)))
        one, more = "1 video comes smaller, {saved} less", "{n} videos come smaller, {saved} less"
        self.smaller.setText(plural(one, more, pack.smaller, saved=saved))
        self.smaller.setVisible(bool(pack.smaller) and may)
        self.progress.set_progress(pack.files - len(pack.missing), pack.files)

    def start(self) -> None:
        """Fetch what isn't here."""
        try:
            take_along(self._desk, self.pack.missing)
        except CampusError as problem:
            tell_problem(self, problem)
        self.refresh()

    def stop(self) -> None:
        """Fetch no more; what is whole stays."""
        pack = self.pack

        def stopped(_none: None) -> None:
            self.refresh()
            tell(self, self.tr("Stopped. The files that had come stay here."))

        run_in_background(lambda: leave_behind(self._desk, pack), stopped, None, self, Lane.NETWORK)

    def _heard(self, moved: Moved) -> None:
        if (
            moved.direction != "down"
            or not moved.ended
            or moved.sha256 not in {one.sha256 for one in self.pack.missing}
        ):
            return
        self.refresh()
        if not moved.sentence:
            self.arrived.emit(original(self._desk.store, moved.sha256))
