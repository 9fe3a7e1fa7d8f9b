"""A field for the code of whoever sent somebody: looked at where there is a network, and in nobody's way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject

from desktop.core.desk import Desk
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.field import Field
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.people.typed_codes import LONGEST, tidy_code


def _tr(words: str) -> str:
    return QCoreApplication.translate("CodeCheck", words)


class CodeCheck(QObject):
    """Looks at the code in a field once it is typed; `person` says whose it is, "" where that isn't known yet.

    What it finds stands below the field. It never refuses anything: the server looks again when the code arrives.
    """

    def __init__(self, field: Field, line: TextField, desk: Desk, person: Callable[[], str]) -> None:
        super().__init__(field)
        self._field, self._line, self._desk, self._person = field, line, desk, person
        self._hint = field.hint
        line.editingFinished.connect(self.look)
        line.textChanged.connect(lambda _text: self._say(""))

    def look(self) -> None:
        """Ask the server about what stands in the field."""
        code, client = tidy_code(self._line.text()), self._desk.client
        if not code:
            self._say("")
            return
        if client is None:
            self._say(self.later())
            return
        person_id = self._person()
        body: dict[str, Any] = {"code": code, **({"person_id": person_id} if person_id else {})}
        run_in_background(
            lambda: client.act("/typed-codes/check", body),
            lambda told: self._told(code, told),
            lambda problem: self._failed(code, problem),
            self,
            Lane.NETWORK,
        )

    @staticmethod
    def later() -> str:
        """What is said where there is no network."""
        return _tr("Looked at as soon as there is a network.")

    def _told(self, code: str, told: dict[str, Any]) -> None:
        if tidy_code(self._line.text()) == code:
            words = _tr("This code is good.") if told["good"] else str(told["sentence"])
            self._say(words, wrong=not told["good"])

    def _failed(self, code: str, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        if tidy_code(self._line.text()) == code:
            self._say(self.later())

    def _say(self, words: str, *, wrong: bool = False) -> None:
        self._field.set_hint(words or self._hint)
        self._field.set_error(words if wrong else "")


def code_line() -> TextField:
    """Return an empty line for a code."""
    line = TextField()
    line.setMaxLength(LONGEST)
    return line
