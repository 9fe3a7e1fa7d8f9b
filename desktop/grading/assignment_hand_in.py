"""The part of work's form that says what students hand in: files of which kinds and sizes, text, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.timetable.session_form import side_by_side
from desktop.widgets.check import Check
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.layouts import FlowLayout
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import TextField
from shared.core.file_types import TYPES, Group
from shared.grading.file_kind_rules import read_kinds
from shared.grading.models import MOST_BYTES
from shared.grading.vocabulary import Takes

MEGABYTE = 1_048_576
_MOST_FILES, _MOST_ATTEMPTS = 5, 100
_SHEETS = ("xlsx", "pptx")


def _tr(words: str) -> str:
    return QCoreApplication.translate("AssignmentDialog", words)


def kind_groups() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the kinds of files that are chosen together, each group with its name."""
    by_group = {group: tuple(one.word for one in TYPES.values() if one.group is group) for group in Group}
    documents = tuple(one for one in by_group[Group.DOCUMENT] if one not in _SHEETS)
    return (
        (_tr("Documents"), documents),
        (_tr("Sheets and slides"), _SHEETS),
        (_tr("Pictures"), by_group[Group.IMAGE]),
        (_tr("Text and code"), by_group[Group.TEXT]),
        (_tr("Video"), by_group[Group.VIDEO]),
        (_tr("Sound"), by_group[Group.AUDIO]),
        (_tr("Archives"), by_group[Group.ARCHIVE]),
    )


class HandInSection(QWidget):
    """``changed`` tells that the section needs another height."""

    changed = Signal()

    def __init__(self, body: Mapping[str, Any]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addLayout(self._make_takes(set(body.get("takes") or (Takes.FILE,))))
        self.file_part = QWidget()
        part = QVBoxLayout(self.file_part)
        part.setContentsMargins(0, 0, 0, 0)
        part.setSpacing(8)
        self.kinds = TextField()
        self.kinds.setMaxLength(300)
        self.kinds.setText(", ".join(body.get("allowed_types") or ()))
        hint = _tr("Without any, every kind is taken that can be looked at here.")
        self.kinds_field = Field(_tr("Only these kinds"), self.kinds, hint=hint, optional=True)
        part.addWidget(self.kinds_field)
        part.addWidget(self._make_groups())
        column.addWidget(self.file_part)
        column.addLayout(self._make_numbers(body))
        self.kinds.textChanged.connect(lambda _words: self._show_groups())
        self._show_groups()
        self._show_parts()

    def _make_takes(self, taken: set[str]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(Label(_tr("Students hand in"), "small-medium", "text2"))
        words = {Takes.FILE: _tr("Files"), Takes.TEXT: _tr("Text"), Takes.RECORDING: _tr("Recordings")}
        self.take = {one: Check(word) for one, word in words.items()}
        for one, check in self.take.items():
            check.setChecked(one in taken)
            check.toggled.connect(lambda _on: self._show_parts())
            row.addWidget(check)
        row.addStretch(1)
        return row

    def _make_groups(self) -> QWidget:
        box = QWidget()
        flow = FlowLayout(box, space=12)
        self.groups: list[tuple[Check, tuple[str, ...]]] = []
        for name, words in kind_groups():
            check = Check(name)
            check.setToolTip(", ".join(TYPES[one].endings[0] for one in words))
            check.clicked.connect(lambda on, words=words: self._choose(words, on=on))
            flow.addWidget(check)
            self.groups.append((check, words))
        return box

    def _make_numbers(self, body: Mapping[str, Any]) -> QHBoxLayout:
        size = int(body.get("most_bytes") or MOST_BYTES)
        self.files = NumberField(int(body.get("most_files") or _MOST_FILES), least=1, most=_MOST_FILES)
        # A size that somebody else gave in bytes stays as it is, unless another one is typed.
        self._bytes, shown = size, max(1, -(-size // MEGABYTE))
        self.megabytes = NumberField(shown, least=1, most=MOST_BYTES // MEGABYTE, unit=_tr("MB"))
        self._shown_size = shown
        attempts = int(body.get("most_attempts") or 0)
        self.attempts = NumberField(attempts or None, least=1, most=_MOST_ATTEMPTS)
        self.files_field = Field(_tr("Files at most"), self.files)
        self.size_field = Field(_tr("Size of a file"), self.megabytes)
        hint = _tr("Empty: as often as anyone likes")
        self.attempts_field = Field(_tr("Attempts at most"), self.attempts, hint=hint, optional=True)
        return side_by_side((self.files_field, 1), (self.size_field, 1), (self.attempts_field, 2))

    def _choose(self, words: tuple[str, ...], *, on: bool) -> None:
        kept, unknown = read_kinds(self.kinds.text())
        rest = [one for one in (*kept, *unknown) if one not in words]
        self.kinds.setText(", ".join([*rest, *words] if on else rest))

    def _show_groups(self) -> None:
        kept = set(read_kinds(self.kinds.text())[0])
        for check, words in self.groups:
            check.setChecked(kept.issuperset(words))

    def _show_parts(self) -> None:
        takes_files = self.take[Takes.FILE].isChecked()
        self.file_part.setVisible(takes_files)
        sized = takes_files or self.take[Takes.RECORDING].isChecked()
        self.files_field.setVisible(sized)
        self.size_field.setVisible(sized)
        self.changed.emit()

    def values(self) -> dict[str, Any] | None:
        """Return what the section says; None where a field can't be read, and then the field says so."""
        kept, unknown = read_kinds(self.kinds.text())
        words = _tr("{kinds} can't be handed in. Enter endings like pdf, docx or jpg.")
        self.kinds_field.set_error(words.format(kinds=", ".join(unknown)) if unknown else "")
        fine = not unknown
        for field, number, most in (
            (self.files_field, self.files, _MOST_FILES),
            (self.size_field, self.megabytes, MOST_BYTES // MEGABYTE),
            (self.attempts_field, self.attempts, _MOST_ATTEMPTS),
        ):
            missing = number.value is None and (number is not self.attempts or not number.readable)
            field.set_error(_tr("Enter a number from 1 to {most}.").format(most=most) if missing else "")
            fine = fine and not missing
        if not fine:
            return None
        size = self.megabytes.value or 1
        return {
            "takes": sorted(str(one) for one, check in self.take.items() if check.isChecked()),
            "allowed_types": sorted(kept) if self.take[Takes.FILE].isChecked() else [],
            "most_files": self.files.value,
            "most_bytes": self._bytes if size == self._shown_size else size * MEGABYTE,
            "most_attempts": self.attempts.value or 0,
        }
