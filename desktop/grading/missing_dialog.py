"""Gives everyone who handed nothing in a mark at once: missing, or 0 points, for one piece of work or all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.grading.actions import Wanted
from desktop.grading.book_model import BookModel
from desktop.grading.missing_store import Rest, rests
from desktop.shell.page import tell
from desktop.timetable.times import local_now, moment_words, zone_of
from desktop.widgets.buttons import primary
from desktop.widgets.card import Card
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList
from shared.core.text import plural

_MOST_NAMED = 5
_ALL, _MISSING, _ZERO = "all", "missing", "zero"


def _tr(words: str) -> str:
    return QCoreApplication.translate("MissingDialog", words)


class MissingDialog(Dialog):
    """`found` has the current piece of work (`current`) and the others; `save` gets the cells to set as one step."""

    def __init__(
        self,
        window: QWidget,
        desk: Desk,
        found: Sequence[Rest],
        current: str,
        save: Callable[[Sequence[Wanted]], object],
    ) -> None:
        words = _tr("Whoever has a mark, is excused or has handed in stays as it is.")
        super().__init__(window, _tr("Nothing handed in"), subtitle=words, icon="list-checks", width=560)
        self._desk, self._found, self._save = desk, tuple(found), save
        choices = [(one.work.id, one.work.title) for one in found]
        self.work = Combo([*choices, (_ALL, _tr("All work whose time is over"))], name=_tr("Work"))
        self.work.choose(current if current in dict(choices) else _ALL)
        self.add(Field(_tr("Work"), self.work))
        marks = [(_MISSING, _tr("Missing: counts as 0, and students read “Missing”")), (_ZERO, _tr("0 points"))]
        self.mark = Combo(marks, name=_tr("Mark"))
        self.add(Field(_tr("Mark"), self.mark))
        self.who = Label("", "body", wrap=True)
        self.add(self.who)
        self.later = Label("", "section")
        self.add(self.later)
        self.rows = RowList(name=_tr("Those who still have time"))
        self._later_card = Card(padded=False)
        self._later_card.add(self.rows)
        self.add(self._later_card)
        self.add_cancel()
        self.save_button = self.add_button(primary("", on_click=self.save))
        self.on_key("Ctrl+S", self.save)
        self.work.currentIndexChanged.connect(lambda _at: self._show())
        self._show()

    @property
    def chosen(self) -> tuple[Rest, ...]:
        """The pieces of work that are meant."""
        wanted = str(self.work.chosen)
        return tuple(one for one in self._found if wanted in (_ALL, one.work.id))

    def wanted(self) -> list[Wanted]:
        """Return the cells to set."""
        zero = self.mark.chosen == _ZERO
        return [cell for one in self.chosen for cell in one.wanted(zero=zero)]

    def _show(self) -> None:
        students = [student for one in self.chosen for student in one.over]
        names = ", ".join(dict.fromkeys(one.name for one in students[:_MOST_NAMED]))
        more = " …" if len(students) > _MOST_NAMED else ""
        self.who.setText(f"{names}{more}" if students else _tr("Nobody's time is over yet."))
        self.save_button.setText(plural("Set 1 mark", "Set {n} marks", len(students)))
        self.save_button.setEnabled(bool(students))
        self._show_later()

    def _show_later(self) -> None:
        zone = zone_of(self._desk)
        today = local_now(self._desk, zone).date()
        waiting = [(student, one.work.title, until) for one in self.chosen for student, until in one.waiting]
        shown = [
            RowContent(str(at), student.name, title, person=student.number, end=_until(until.astimezone(zone), today))
            for at, (student, title, until) in enumerate(waiting[:_MOST_NAMED])
        ]
        if len(waiting) > _MOST_NAMED:
            shown.append(RowContent("more", _tr("{count} more").format(count=len(waiting) - _MOST_NAMED)))
        self.rows.set_rows(shown)
        words = plural("1 student still has time", "{n} students still have time", len(waiting))
        self.later.setText(words)
        self.later.setVisible(bool(waiting))
        self._later_card.setVisible(bool(waiting))

    def save(self) -> None:
        """Set the marks."""
        if self.save_button.isEnabled():
            self.accept()
            self._save(self.wanted())


def _until(instant: datetime, today: date) -> str:
    return _tr("until {when}").format(when=moment_words(instant, today))


def ask_rest(
    page: QWidget, desk: Desk, model: BookModel, work_id: str, save: Callable[[Sequence[Wanted]], object]
) -> None:
    """Open the dialog over a gradebook's page for the students on show, where anyone has nothing."""
    found = rests(desk, model.book, model.students)
    if not found:
        tell(page, _tr("Everyone has a mark or has handed in."))
        return
    dialog = MissingDialog(page.window(), desk, found, work_id, save)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open_dialog()
