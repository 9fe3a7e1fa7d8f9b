"""Shows a class session's register as it prints, with a column to sign in."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.attendance.report_documents import REGISTER_PAPER, register_sheet
from desktop.core.desk import Desk
from desktop.people.table_paper import pdf_of
from desktop.shell.document_preview import preview_made
from desktop.timetable.letterhead import letterhead


def preview_register(page: QWidget, desk: Desk, session_id: str) -> None:
    """Make the register's pages in the background and open their preview in the window of `page`."""

    def make() -> tuple[str, str, bytes]:
        sheet = register_sheet(desk, session_id)
        return sheet.title, sheet.name, pdf_of(sheet, letterhead(desk), REGISTER_PAPER)

    preview_made(page, make, landscape=True)
