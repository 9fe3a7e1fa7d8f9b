"""What a report shows, taken out of the program: saved as a file, or shown as it prints under the institute's head."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.people.table_paper import Paper, pdf_of
from desktop.shell.document_preview import preview
from desktop.shell.file_task import LONG_PAGES, LONG_ROWS, FileTask
from desktop.shell.page import tell
from desktop.shell.table_files import Sheet, write_csv, write_xlsx
from desktop.timetable.letterhead import letterhead

AskPath = Callable[[QWidget, str, str], Path | None]
"""Asks where to save: gets the page, the name without its ending, and the ending; None where the person goes back."""


def _tr(words: str) -> str:
    return QCoreApplication.translate("SheetFiles", words)


def save_sheet(page: QWidget, task: FileTask, sheet: Sheet, kind: str, path_for: AskPath) -> None:
    """Ask where, and save a sheet as `csv` or `xlsx`; nothing happens where the person goes back."""
    path = path_for(page, sheet.name, kind)
    if path is None:
        return
    write = {"csv": write_csv, "xlsx": write_xlsx}[kind]
    said = _tr("{name} saved").format(name=path.name)
    title = _tr("Saving {name}").format(name=path.name)
    task.run(title, partial(write, sheet, path), lambda _none: tell(page, said), least=LONG_ROWS)


def show_paper(page: QWidget, task: FileTask, desk: Desk, sheet: Sheet, paper: Paper, path_for: AskPath) -> None:
    """Make a sheet's pages and show them; from there `path_for` says where they are saved."""

    def show(content: bytes) -> None:
        preview(page, sheet.title, sheet.name, content, landscape=paper.landscape).path_for = path_for

    make = partial(pdf_of, sheet, letterhead(desk), paper)
    task.run(_tr("Making the pages"), make, show, least=LONG_PAGES)
