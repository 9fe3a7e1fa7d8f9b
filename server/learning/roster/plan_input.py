"""A roster being read: normalised records in a fixed order, and what was found wrong on the way."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

from server.learning.roster.findings import Findings
from server.learning.roster.known_rows import KnownPeople, KnownRows
from server.learning.roster.limits import ReadLimits
from server.learning.roster.records import (
    FileMode,
    RosterCohort,
    RosterCourse,
    RosterEnrolment,
    RosterFormat,
    RosterKind,
    RosterPerson,
    RosterPersonChange,
    RosterTerm,
)

Record = RosterPerson | RosterPersonChange | RosterTerm | RosterCourse | RosterCohort | RosterEnrolment
T = TypeVar("T")

ORDER = ("people", "terms", "courses", "cohorts", "person_changes", "enrolments")


@dataclass(slots=True)
class RosterFile:
    """One table of the roster: `rows` read so far, `intact` while every row could at least be tied to an id."""

    name: str
    mode: FileMode
    rows: int = 0
    intact: bool = True
    finished: bool = False


class RosterPlanInput(ABC):
    """What a roster asks for, read row by row.

    Each kind can be read once, in the order people, terms, courses, cohorts, person changes, enrolments (a file that
    holds several of them is read once only, and later kinds are checked against earlier ones); `records` yields all.
    Errors and notes gather in `findings` while reading and are complete when all kinds have been read.
    """

    def __init__(self, label: str, roster_format: RosterFormat, findings: Findings, limits: ReadLimits) -> None:
        self.label = label
        self.format = roster_format
        self.findings = findings
        self.files: dict[RosterKind, RosterFile] = {}
        self.known: dict[RosterKind, KnownRows] = {kind: KnownRows() for kind in RosterKind}
        self.known_people = KnownPeople()
        self.known[RosterKind.PEOPLE] = self.known_people
        self._limits = limits
        self._finished: list[str] = []
        self._started: set[str] = set()
        self._resources = ExitStack()

    def people(self) -> Iterator[RosterPerson]:
        """Yield each person once; in a delta their roles are the added ones, in bulk all that they have."""
        return self._in_order("people", self._people())

    def terms(self) -> Iterator[RosterTerm]:
        """Yield the academic terms."""
        return self._in_order("terms", self._terms())

    def courses(self) -> Iterator[RosterCourse]:
        """Yield the courses."""
        return self._in_order("courses", self._courses())

    def cohorts(self) -> Iterator[RosterCohort]:
        """Yield the cohorts."""
        return self._in_order("cohorts", self._cohorts())

    def person_changes(self) -> Iterator[RosterPersonChange]:
        """Yield what rows elsewhere say about people beyond their own rows."""
        return self._in_order("person_changes", self._person_changes())

    def enrolments(self) -> Iterator[RosterEnrolment]:
        """Yield the enrolments; those that name a person or cohort of this roster in error are left out."""
        return self._in_order("enrolments", self._enrolments())

    def records(self) -> Iterator[Record]:
        """Yield everything, kind after kind."""
        yield from self.people()
        yield from self.terms()
        yield from self.courses()
        yield from self.cohorts()
        yield from self.person_changes()
        yield from self.enrolments()

    def mode(self, kind: RosterKind) -> FileMode:
        """Return whether the file lists all of a kind, some changes, or nothing."""
        file = self.files.get(kind)
        return file.mode if file else FileMode.ABSENT

    def lists_all(self, kind: RosterKind) -> bool:
        """Tell whether what is not in the file is gone: bulk, read to its end, every row tied to an id.

        Even then the ids in `refused` are there, only in error, and must not be deactivated.
        """
        file = self.files.get(kind)
        return file is not None and file.mode is FileMode.BULK and file.intact and file.finished

    def refused(self, kind: RosterKind) -> set[str]:
        """Return the ids whose rows had an error."""
        return self.known[kind].refused

    def close_later(self, close: Callable[[], None]) -> None:
        """Have `close` called when the roster is closed."""
        self._resources.callback(close)

    def close(self) -> None:
        """Give the file back."""
        self._resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _in_order(self, name: str, records: Iterator[T]) -> Iterator[T]:
        """Yield the records. Raises RuntimeError when a kind is read twice or before those it is checked against."""
        if name in self._started or self._finished != list(ORDER[: ORDER.index(name)]):
            raise RuntimeError(f"{name} are read once, in the order {', '.join(ORDER)}")
        self._started.add(name)
        yield from records
        self._finished.append(name)

    @abstractmethod
    def _people(self) -> Iterator[RosterPerson]: ...

    @abstractmethod
    def _terms(self) -> Iterator[RosterTerm]: ...

    @abstractmethod
    def _courses(self) -> Iterator[RosterCourse]: ...

    @abstractmethod
    def _cohorts(self) -> Iterator[RosterCohort]: ...

    @abstractmethod
    def _person_changes(self) -> Iterator[RosterPersonChange]: ...

    @abstractmethod
    def _enrolments(self) -> Iterator[RosterEnrolment]: ...
