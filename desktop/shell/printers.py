"""The printer of this computer, or the sentence that whoever prints has for having none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shared.core.errors import CampusError


def printer_here(none: Callable[[], CampusError]) -> Any:
    """Return this computer's own printer, else its first one; raises what `none` gives where there is no printer."""
    from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

    info = QPrinterInfo.defaultPrinter()
    if info.isNull():
        available = QPrinterInfo.availablePrinters()
        if not available:
            raise none()
        info = available[0]
    return QPrinter(info, QPrinter.PrinterMode.HighResolution)
