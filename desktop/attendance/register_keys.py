"""The keys of a register, as F1 lists them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def _tr(words: str) -> str:
    return QCoreApplication.translate("RegisterKeys", words)


def register_keys(*, letters: bool) -> list[tuple[str, str]]:
    """Return key and meaning; single letters only where they are on."""
    keys = [
        ("P, L, A, E", _tr("Present, late, absent, excused, then move on")),
        (_tr("0 to 9 after L"), _tr("Minutes late")),
        ("Shift L", _tr("Left early; digits are the minutes")),
        (_tr("Backspace"), _tr("Clear the mark, move back")),
        ("N", _tr("Note")),
        (_tr("Space, Enter"), _tr("Menu of the student")),
        (_tr("Arrows, Home, End"), _tr("Move")),
        ("F2", _tr("Type minutes or note in the list")),
        ("Ctrl F", _tr("Type a name to jump")),
        ("Ctrl Shift P", _tr("Mark the rest present")),
        ("Ctrl Z, Ctrl Y", _tr("Undo, redo")),
        ("F9", _tr("Scanning on or off")),
        ("Ctrl Enter", _tr("Finish the register")),
    ]
    single = {"P, L, A, E", "N", "Shift L", _tr("0 to 9 after L")}
    return keys if letters else [pair for pair in keys if pair[0] not in single]
