"""Saving what is handed out as a file: asking where, fetching it beside the window, writing it whole, saying so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.shell.page import tell, tell_problem
from desktop.shell.table_files import write_bytes
from desktop.widgets.background import Lane, run_in_background
from shared.core.errors import CampusError


def ask_where(
    widget: QWidget, title: str, name: str, chosen: Callable[[Path], object], kinds: Sequence[tuple[str, str]] = ()
) -> None:
    """Ask where a file of this name goes and hand the place to `chosen`; nothing happens where the person goes back.

    `kinds` are (suffix, words) of what it can be; without them it is what the name's own suffix says.
    """
    dialog = QFileDialog(widget.window(), title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    if kinds:
        dialog.setNameFilter(";;".join(f"{words} (*.{kind})" for kind, words in kinds))
    dialog.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda place: chosen(Path(place)))
    dialog.open()


def save_fetched(page: QWidget, fetch: Callable[[], bytes], path: Path, said: Callable[[bytes], str]) -> None:
    """Write what `fetch` returns, which may ask the server, and tell `said` of it; what went wrong is told, too."""

    def work() -> bytes:
        content = fetch()
        write_bytes(content, path)
        return content

    def failed(problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        tell_problem(page, problem)

    run_in_background(work, lambda content: tell(page, said(content)), failed, page, Lane.NETWORK)
