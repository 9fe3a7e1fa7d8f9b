"""What a reader has to say about a file: errors that keep a row out, and notes on what was taken with a grain."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from server.learning.roster.sentences import note_sentence, row_sentence

SHOWN_CHARS = 80


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong in one row; the row changes nothing. Line 1 is the header, line 0 the file as a whole."""

    file: str
    line: int
    code: str
    sentence: str
    column: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class RosterNote:
    """Something that was accepted all the same, and that the person should know."""

    file: str
    line: int | None
    code: str
    sentence: str


class Findings:
    """Collects errors and notes. Beyond `kept_errors` errors are counted by code, but no longer kept one by one."""

    def __init__(self, kept_errors: int = 10_000) -> None:
        self._kept_errors = kept_errors
        self.errors: list[RowError] = []
        self.notes: list[RosterNote] = []
        self.counts: Counter[str] = Counter()
        self._noted: set[tuple[str, str, str]] = set()
        self.on_error: Callable[[RowError], None] | None = None
        """Is told of each error, kept or not."""

    @property
    def error_count(self) -> int:
        """All errors found so far, kept or not."""
        return self.counts.total()

    def error(
        self, code: str, file: str, line: int, *, column: str | None = None, value: str | None = None, **places: Any
    ) -> None:
        """Add an error; `places` fill what the sentence of `code` names besides file, line, column and value."""
        shown = None if value is None else printable(value)
        sentence = row_sentence(code, file=file, line=line, column=column, value=shown, **places)
        self.add(RowError(file, line, code, sentence, column, shown))

    def add(self, error: RowError) -> None:
        """Add an error that has its sentence already, and count it."""
        self.counts[error.code] += 1
        if self.on_error is not None:
            self.on_error(error)
        if len(self.errors) < self._kept_errors:
            self.errors.append(error)

    def note(self, code: str, file: str, *, line: int | None = None, about: str = "", **places: Any) -> None:
        """Add a note once for each file, code and thing it is `about`."""
        if (file, code, about) in self._noted:
            return
        self._noted.add((file, code, about))
        sentence = note_sentence(code, file=file, line=line, about=about, **places)
        self.notes.append(RosterNote(file, line, code, sentence))


def printable(value: str) -> str:
    """Return `value` cut to a length that a screen bears, without characters that could not be stored or shown."""
    shown = value if len(value) <= SHOWN_CHARS else value[: SHOWN_CHARS - 1] + "…"
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in shown)
