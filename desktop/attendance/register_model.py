"""The rows of a register for the grid and the list: one model, its first column is the tile."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QPixmap

from desktop.attendance.leave_words import told
from desktop.attendance.store import Body, MarkRow, Member
from desktop.attendance.words import mark_words, spoken_words
from desktop.shell.photos import PhotoBook
from desktop.widgets.avatar import initials_pixmap
from desktop.widgets.row_ids import RowsById
from shared.attendance.vocabulary import AttendanceState

_Role = Qt.ItemDataRole
_Index = QModelIndex | QPersistentModelIndex
_SERVED = frozenset({_Role.DisplayRole, _Role.EditRole, _Role.AccessibleTextRole, _Role.ToolTipRole})
_WITH_MINUTES = frozenset({AttendanceState.LATE, AttendanceState.LEFT_EARLY})


class Part(IntEnum):
    """The columns of the list; the grid shows the first one as a tile."""

    STUDENT = 0
    LAST = 1
    PERCENT = 2
    MARK = 3
    MINUTES = 4
    NOTE = 5


def _tr(words: str) -> str:
    return QCoreApplication.translate("Register", words)


def side_words(observation: Body) -> str:
    """Return `Absent (Efua Sarpong)`: what one side says."""
    words = _tr("{mark} ({author})")
    mark = mark_words(observation["state"], observation.get("minutes"))
    return words.format(mark=mark, author=observation.get("author_name") or _tr("unknown"))


def spoken(row: MarkRow) -> str:
    """Return what a screen reader says for a tile: "Tala Santos, not marked, attendance 92 percent"."""
    parts = [row.member.name, spoken_words(row.mark.state, row.mark.minutes)]
    if row.member.percent is not None:
        parts.append(_tr("attendance {percent} percent").format(percent=row.member.percent))
    if row.member.provisional:
        parts.append(_tr("walk-in, the office confirms"))
    if row.member.suspended:
        parts.append(_tr("suspended"))
    parts += [told(one) for one in row.member.leave]
    if row.note:
        parts.append(_tr("note: {note}").format(note=row.note))
    if row.is_disputed:
        sides = _tr(" against ").join(side_words(side) for side in row.sides)
        parts.append(_tr("two versions: {sides}").format(sides=sides))
    return ", ".join(parts)


class RegisterModel(QAbstractTableModel, RowsById):
    """Holds the rows; ``edited`` tells what was typed into minutes or note, as (enrolment id, part, text)."""

    edited = Signal(str, int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[MarkRow, ...] = ()
        self._photos: PhotoBook | None = None
        self.editable = True

    def use_photos(self, photos: PhotoBook) -> None:
        """Show photos of those who have one."""
        self._photos = photos
        photos.changed.connect(self._photos_changed)

    def _photos_changed(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, 0))

    def face(self, member: Member, side: int, ratio: float) -> QPixmap:
        """Return the circle of `side` px for a student: the photo, or initials."""
        photo = self._photos.circle(member.person_id, side, ratio) if self._photos is not None else None
        return photo or initials_pixmap(member.name, member.number, side, ratio)

    @property
    def rows(self) -> tuple[MarkRow, ...]:
        """The rows on show."""
        return self._rows

    def set_rows(self, rows: Sequence[MarkRow]) -> None:
        """Show these rows; where the students are the same only what changed is painted anew."""
        old, new = self._rows, tuple(rows)
        if [row.id for row in old] != [row.id for row in new]:
            self.beginResetModel()
            self._rows = new
            self.endResetModel()
            return
        self._rows = new
        for place, (before, after) in enumerate(zip(old, new, strict=True)):
            if before != after:
                self.dataChanged.emit(self.index(place, 0), self.index(place, len(Part) - 1))

    def row_at(self, place: int) -> MarkRow | None:
        """Return the row at a place, None beyond the end."""
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def id_at(self, place: int) -> str:
        """Return the enrolment of a row."""
        return self._rows[place].id

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        """Return the number of students."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        """Return the number of parts."""
        return 0 if parent.isValid() else len(Part)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Let minutes and notes be typed into."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self.editable and index.column() in {Part.MINUTES, Part.NOTE}:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        """Return the text of a cell, its spoken form, or the tool tip."""
        if role not in _SERVED or not index.isValid():
            return None
        row, part = self._rows[index.row()], Part(index.column())
        if role == _Role.AccessibleTextRole and part is Part.STUDENT:
            return spoken(row)
        if role == _Role.ToolTipRole:
            return self._tip(row) or None
        return self._text(row, part)

    @staticmethod
    def _text(row: MarkRow, part: Part) -> str:
        if part is Part.STUDENT:
            return row.member.name
        if part is Part.LAST:
            return ", ".join(spoken_words(state, None) for state in row.member.last)
        if part is Part.PERCENT:
            return "" if row.member.percent is None else f"{row.member.percent}%"
        if part is Part.MARK:
            return mark_words(row.mark.state, row.mark.minutes)
        if part is Part.MINUTES:
            return str(row.mark.minutes or "") if row.mark.state in _WITH_MINUTES else ""
        return row.note

    @staticmethod
    def _tip(row: MarkRow) -> str:
        lines = [told(one) for one in row.member.leave]
        lines += [row.note] if row.note else []
        if row.is_disputed:
            lines += [side_words(side) for side in row.sides]
        return "\n".join(lines)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> object:
        """Return the heads of the list."""
        if orientation is not Qt.Orientation.Horizontal or role != _Role.DisplayRole:
            return None
        heads = {
            Part.STUDENT: _tr("Student"),
            Part.LAST: _tr("Last classes"),
            Part.PERCENT: _tr("Attendance"),
            Part.MARK: _tr("Mark"),
            Part.MINUTES: _tr("Minutes"),
            Part.NOTE: _tr("Note"),
        }
        return heads[Part(section)]

    def setData(self, index: _Index, value: object, role: int = _Role.EditRole) -> bool:
        """Tell what was typed, where it is new."""
        if role != _Role.EditRole or not index.isValid():
            return False
        row, part = self._rows[index.row()], Part(index.column())
        typed = str(value).strip()
        if typed != self._text(row, part):
            self.edited.emit(row.id, int(part), typed)
        return True
