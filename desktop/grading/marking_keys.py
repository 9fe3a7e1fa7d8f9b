"""The single keys of the marking workbench: what they do, and how F1 lists them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt

from desktop.grading.marking_panel import MarkingPanel
from desktop.grading.preview_pane import PreviewPane

_Key = Qt.Key


def _tr(words: str) -> str:
    return QCoreApplication.translate("MarkingKeys", words)


def marking_keys(*, letters: bool) -> list[tuple[str, str]]:
    """Return key and meaning; single letters only where they are on."""
    keys = [
        (_tr("1 to 9"), _tr("Level of the current criterion, then the next criterion")),
        (_tr("Up, Down"), _tr("Criterion; in the list the student")),
        (_tr("Backspace"), _tr("Take the level away")),
        ("F2", _tr("Type points")),
        ("C, F, N", _tr("Comment on the page, feedback, a note on the criterion")),
        (_tr("Page Up, Page Down"), _tr("Scroll the document")),
        (_tr("Space, comma, full stop"), _tr("Play or pause a recording, a frame back or on")),
        ("Ctrl Enter", _tr("Finish and next")),
        ("Alt Left, Alt Right", _tr("Student before, next student")),
        ("Ctrl F", _tr("Find a student")),
        ("Ctrl S", _tr("Save as a draft")),
        ("Ctrl Z, Ctrl Y", _tr("Undo, redo")),
    ]
    return [pair for pair in keys if letters or pair[0] != "C, F, N"]


def key_act(key: Qt.Key, panel: MarkingPanel, preview: PreviewPane, *, letters: bool) -> Callable[[], object] | None:
    """Return what a key without Ctrl or Alt does outside text fields, None for one that does nothing."""
    rubric, score, bar = panel.rubric, panel.score, preview.pages.verticalScrollBar()
    if rubric is not None and _Key.Key_1 <= key <= _Key.Key_9:
        return partial(rubric.press, key - _Key.Key_1)
    if score is not None and _Key.Key_0 <= key <= _Key.Key_9:
        return partial(score.edit, str(key - _Key.Key_0))
    acts: dict[Qt.Key, Callable[[], object]] = {
        _Key.Key_PageDown: lambda: bar.setValue(bar.value() + bar.pageStep()),
        _Key.Key_PageUp: lambda: bar.setValue(bar.value() - bar.pageStep()),
    }
    if letters:
        acts[_Key.Key_C] = preview.begin_comment
    if letters and panel.feedback is not None:
        acts[_Key.Key_F] = partial(panel.feedback.field.setFocus, Qt.FocusReason.ShortcutFocusReason)
    if letters and rubric is not None:
        acts[_Key.Key_N] = rubric.write_note
    if rubric is not None:
        acts[_Key.Key_F2] = rubric.type_points
        acts[_Key.Key_Up] = partial(rubric.step, -1)
        acts[_Key.Key_Down] = partial(rubric.step, 1)
        acts[_Key.Key_Backspace] = rubric.clear_current
    elif score is not None:
        acts[_Key.Key_F2] = score.edit
    return acts.get(key)
