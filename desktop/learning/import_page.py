"""Bringing a roster in: choose a file, say what its columns hold, look at what would change, import, undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.transport import Cancel
from desktop.learning.import_choose import DropZone
from desktop.learning.import_journal import JournalCard
from desktop.learning.import_mapping import MappingStep
from desktop.learning.import_review import ReviewStep
from desktop.learning.imports import Applied, DryRun, JournalEntry, RosterImports, Upload
from desktop.learning.store import cohort_choices
from desktop.shell.page import tell, tell_problem
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.label import IconText
from desktop.widgets.layouts import PageHead, ScrollColumn
from desktop.widgets.progress import Progress
from shared.core.errors import CampusError
from shared.core.text import plural

CHOOSE, MAPPING, REVIEW = range(3)
_POLL_MS = 700


class ImportPage(QWidget):
    """Three steps and the journal; everything happens on the server, so the page needs the network and says so."""

    _sent = Signal(int, int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.imports = RosterImports(desk.client, desk.ids) if desk.client is not None else None
        self._upload: Upload | None = None
        self._run: DryRun | None = None
        self._cancel: Cancel | None = None
        self.setObjectName("learning.import")
        self.setWindowTitle(self.tr("Import a roster"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(14)
        self.head = PageHead(self.tr("Import a roster"))
        column.addWidget(self.head)
        self.steps = QStackedWidget()
        self.mapping = MappingStep(cohort_choices(desk))
        self.review = ReviewStep()
        for step in (self._make_choose(), self.mapping, self.review):
            self.steps.addWidget(step)
        column.addWidget(self.steps, 1)
        self.progress = Progress("")
        self.progress.stopped.connect(self._stop)
        self.progress.hide()
        column.addWidget(self.progress)
        column.addLayout(self._make_foot())
        self.mapping.changed.connect(self._follow)
        self.mapping.look_again.connect(self._look_again)
        self.review.changed.connect(self._follow)
        self.review.lines.wanted.connect(self._read_lines)
        self._sent.connect(self._show_sent)
        self._poll = QTimer(self)
        self._poll.setInterval(_POLL_MS)
        self._poll.timeout.connect(self._read_progress)
        self._go(CHOOSE)
        self.refresh()

    def _make_choose(self) -> ScrollColumn:
        column = ScrollColumn(padding=0)
        self.drop = DropZone()
        self.drop.chosen.connect(self.take)
        column.body.addWidget(self.drop)
        self.journal = JournalCard()
        self.journal.undo_wanted.connect(self.undo_import)
        column.body.addWidget(self.journal)
        column.body.addStretch(1)
        return column

    def _make_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.back_button = secondary(self.tr("Back"), on_click=self.back)
        self.why = IconText("info", "", "text2")
        self.next_button = primary("", on_click=self.next)
        row.addWidget(self.back_button)
        row.addStretch(1)
        row.addWidget(self.why)
        row.addWidget(self.next_button)
        return row

    # ------------------------------------------------------------------------------------------------------- steps

    @property
    def step(self) -> int:
        """The step on show: CHOOSE, MAPPING or REVIEW."""
        return self.steps.currentIndex()

    def first_focus(self) -> QWidget:
        """Begin with the file."""
        return self.drop.button if self.step == CHOOSE else self.next_button

    def _go(self, step: int) -> None:
        self.steps.setCurrentIndex(step)
        self._follow()

    def _follow(self) -> None:
        name = self._upload.file_name if self._upload else ""
        words = (
            self.tr("People, courses and enrolments from another system or a spreadsheet"),
            self.tr("{file}: what each column holds").format(file=name),
            self.tr("{file}: what would change. Nothing is changed yet").format(file=name),
        )[self.step]
        self.head.set_words(self.tr("Import a roster"), words)
        busy = self.progress.isVisibleTo(self)
        for widget in (self.back_button, self.next_button, self.why):
            widget.setVisible(self.step != CHOOSE)
        why = self.mapping.problem() if self.step == MAPPING else self.review.problem() if self.step == REVIEW else ""
        self.why.set_state("circle-alert" if why else "info", why, "warn")
        self.why.setVisible(bool(why) and self.step != CHOOSE)
        changes = self._run.changes if self._run else 0
        check, bring = self.tr("Check the file"), plural("Import {n} change", "Import {n} changes", changes)
        checks = self.step == MAPPING or self.review.wants_check
        self.next_button.setText(check if checks else bring)
        self.next_button.setEnabled(not why and not busy)
        self.next_button.updateGeometry()
        offline = self.tr("Importing needs the server. Connect to the network, then open this page again.")
        self.drop.set_refusal("" if self.imports is not None else offline)
        self.back_button.setEnabled(not busy)
        self.steps.setEnabled(not busy)

    def back(self) -> bool:
        """Go one step back; False at the first one. A running import can't be left this way."""
        if self.step == CHOOSE or self.progress.isVisibleTo(self):
            return False
        self._go(self.step - 1)
        if self.step == CHOOSE:
            self.refresh()
        return True

    def next(self) -> None:
        """Check the file, or import what the check showed."""
        if not self.next_button.isEnabled():
            return
        if self.step == MAPPING:
            self.check_file()
        elif self.step == REVIEW and self.review.wants_check:
            self.check_file(self.review.doubles.answers)
        elif self.step == REVIEW:
            self.bring_in()

    # -------------------------------------------------------------------------------------------------------- work

    def _work(
        self, title: str, work: Callable[[RosterImports], Any], then: Callable[[Any], object], *, can_stop: bool = False
    ) -> None:
        """Run a call to the server in the network's lane, with progress in the place of the buttons."""
        imports = self.imports
        if imports is None or self.progress.isVisibleTo(self):
            return
        self.progress.title.setText(title)
        self.progress.numbers.setText("")
        self.progress.bar.setRange(0, 0)
        self.progress.stop_button.setVisible(can_stop)
        self.progress.stop_button.set_busy(False)
        self.progress.show()
        self._follow()

        def done(result: Any) -> None:
            self._finished()
            then(result)

        run_in_background(lambda: work(imports), done, self._failed, self, Lane.NETWORK)

    def _finished(self) -> None:
        self._poll.stop()
        self._cancel = None
        self.progress.hide()
        self._follow()

    def _failed(self, problem: Exception) -> None:
        self._finished()
        if not isinstance(problem, CampusError):
            raise problem
        if problem.code != "cancelled":
            tell_problem(self, problem)
        if problem.code == "stale":
            self._go(MAPPING)

    def _stop(self) -> None:
        if self._cancel is not None:
            self._cancel()

    def _show_sent(self, done: int, total: int) -> None:
        kib = 1024
        self.progress.set_progress(done // kib, max(1, total // kib))
        words = self.tr("{done} of {total} KB")
        self.progress.numbers.setText(words.format(done=f"{done // kib:,}", total=f"{total // kib:,}"))

    def take(self, path: Path) -> None:
        """Send a file to the server and show what its columns seem to hold."""
        cancel = self._cancel = Cancel()
        title = self.tr("Sending {file}").format(file=path.name)

        def send(imports: RosterImports) -> Upload:
            return imports.upload(path, lambda done, total: self._sent.emit(done, total or 0), cancel)

        self._work(title, send, self._uploaded, can_stop=True)

    def _uploaded(self, upload: Upload) -> None:
        self._upload = upload
        self._run = None
        self.mapping.show_upload(upload)
        self._go(MAPPING)
        self.next_button.setFocus()

    def _look_again(self) -> None:
        upload = self._upload
        if upload is None:
            return
        reading = (self.mapping.encoding.chosen, self.mapping.separator.chosen, self.mapping.sheet.chosen)
        self._work(
            self.tr("Reading {file} again").format(file=upload.file_name),
            lambda imports: imports.look_again(upload.id, *reading),
            self._uploaded,
        )

    def check_file(self, doubles: Mapping[int, str] | None = None) -> None:
        """Have the server work out what the import would change; `doubles` answers for lines likely known."""
        upload, choices = self._upload, replace(self.mapping.choices(), doubles=dict(doubles or {}))
        if upload is not None:
            title = self.tr("Checking {file}").format(file=upload.file_name)
            self._work(title, lambda imports: imports.dry_run(upload.id, choices), self._checked)

    def _checked(self, run: DryRun) -> None:
        self._run = run
        self.review.show_run(run)
        self._go(REVIEW)

    def _read_lines(self) -> None:
        imports, upload = self.imports, self._upload
        if imports is not None and upload is not None:
            run_in_background(
                lambda: imports.lines(upload.id), self.review.lines.show_lines, self._failed, self, Lane.NETWORK
            )

    def bring_in(self) -> None:
        """Import exactly what was shown."""
        upload, run, confirmed = self._upload, self._run, self.review.confirmed()
        if upload is None or run is None:
            return
        title = self.tr("Importing {file}. You may go on working elsewhere").format(file=upload.file_name)
        self._work(title, lambda imports: imports.apply(upload.id, run.token, confirmed), self._imported)
        self._poll.start()

    def _read_progress(self) -> None:
        imports = self.imports
        if imports is not None:
            run_in_background(imports.journal, self._show_running, lambda _problem: None, self, Lane.POOL)

    def _show_running(self, entries: list[JournalEntry]) -> None:
        running = next((entry for entry in entries if entry.state == "running"), None)
        if running is not None and self._poll.isActive():
            self.progress.set_progress(running.done, running.total)

    def _imported(self, applied: Applied) -> None:
        counts: Mapping[str, Any] = applied.counts
        words = self.tr("Imported: {created} new, {updated} changed, {deactivated} deactivated").format(
            created=counts.get("created", 0), updated=counts.get("updated", 0), deactivated=counts.get("deactivated", 0)
        )
        self._upload, self._run = None, None
        self._go(CHOOSE)
        self.refresh()
        self._desk.sync_now()
        tell(self, words, lambda: self.undo_import(applied.journal_entry_id))

    def undo_import(self, entry_id: str) -> None:
        """Take an import back; what someone changed since stays."""
        self._work(self.tr("Taking the import back"), lambda imports: imports.undo(entry_id), self._undone)
        self._poll.start()

    def _undone(self, applied: Applied) -> None:
        left = applied.counts.get("left_rows") or []
        n = len(left) if isinstance(left, list) else int(left)
        words = self.tr("The import is taken back")
        if n:
            words = self.tr("The import is taken back. {n} rows were changed since and stay as they are").format(n=n)
        self.refresh()
        self._desk.sync_now()
        tell(self, words)

    def refresh(self) -> None:
        """Read the journal."""
        imports = self.imports
        if imports is None:
            self.journal.show_problem(self.tr("The list of earlier imports is on the server."))
            return
        run_in_background(imports.journal, self.journal.show_entries, self._no_journal, self, Lane.POOL)

    def _no_journal(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        self.journal.show_problem(problem.message)
