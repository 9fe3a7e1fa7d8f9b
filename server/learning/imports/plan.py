"""What an import would do, gathered while the roster is read: changes on disk, counts, and the first differences."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from io import BufferedRandom
from itertools import islice
from typing import Any, Protocol, TypeVar

from server.learning.imports.changes import Change, ChangeType
from server.learning.imports.lines import DOUBLE, UNCHANGED, LineLog
from server.learning.imports.lookups import Lookups
from server.learning.roster.findings import Findings
from shared.core.actor import Actor
from shared.core.ids import IdMaker

T = TypeVar("T")
CHUNK = 1_000
SHOWN_DIFFERENCES = 500
SHOWN_DOUBLES = 2_000
LEFT = "left_out"
# The weightiest thing that a line brought about is what the line counts as.
_WEIGHTS = ("", LEFT, UNCHANGED, ChangeType.UPDATED, ChangeType.CREATED, ChangeType.DEACTIVATED)
_WEIGHT_OF = {str(name): weight for weight, name in enumerate(_WEIGHTS)}


def chunks(records: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Yield records in lists of `size`."""
    going = iter(records)
    while chunk := list(islice(going, size)):
        yield chunk


def packed_id(entity_id: str) -> bytes:
    """Return an id in 16 bytes: a roster's people are remembered by the hundred thousand."""
    return bytes.fromhex(entity_id.replace("-", ""))


def unpacked_id(packed: bytes) -> str:
    """Return the text of a packed id."""
    text = packed.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class Placed(Protocol):
    """What stands on a line of a file."""

    @property
    def file(self) -> str:
        """The file, as the person knows it."""

    @property
    def line(self) -> int:
        """The line, from 1."""


@dataclass(frozen=True)
class ImportOptions:
    """How to take a roster. `deactivates` None: as the file says; False: nobody is deactivated for being absent.

    `one_cohort` limits what absence means to the places in that cohort, `lists_role` to the people of one role: a list
    without a column of roles is a list of students, say, and changes nobody's roles. `doubles` answers, by line, what
    becomes of a new line that is likely someone known: `make`, `leave`, or the id of the person that it is;
    `other_doubles` holds for lines without an answer.
    """

    deactivates: bool | None = None
    one_cohort: str | None = None
    lists_role: str | None = None
    doubles: Mapping[str, str] = field(default_factory=dict)
    other_doubles: str = "leave"

    @property
    def sets_roles(self) -> bool:
        """Tell whether the roster says what people are."""
        return self.lists_role is None


@dataclass
class Tally:
    """Counts by line and by kind; a line counts once, as the weightiest thing that it brought about."""

    lines: dict[str, bytearray] = field(default_factory=dict)
    kinds: dict[str, Counter[str]] = field(default_factory=dict)
    absent: int = 0

    def mark(self, file: str, line: int, outcome: str) -> None:
        """Count a line; a second mark keeps the weightier outcome."""
        marks = self.lines.setdefault(file, bytearray())
        if len(marks) <= line:
            marks.extend(bytes(line + 1 - len(marks) + len(marks) // 4))
        marks[line] = max(marks[line], _WEIGHT_OF[outcome])

    def count(self, kind: str, outcome: str) -> None:
        """Count a row of a kind."""
        self.kinds.setdefault(kind, Counter())[str(outcome)] += 1

    def totals(self) -> dict[str, int]:
        """Return created, updated, unchanged and deactivated; those who are absent from the file count as well."""
        found = {
            str(name): sum(marks.count(weight) for marks in self.lines.values())
            for weight, name in enumerate(_WEIGHTS)
            if name
        }
        found["deactivated"] += self.absent
        return {name: found[name] for name in ("created", "updated", "unchanged", "deactivated", LEFT)}


class Plan:
    """One import being worked out. `people`: a roster's ref to the packed id here, None where its row was refused."""

    def __init__(
        self, actor: Actor, lookups: Lookups, findings: Findings, options: ImportOptions, new_id: IdMaker, today: date
    ) -> None:
        self.actor = actor
        self.lookups = lookups
        self.grants = lookups.grants()
        self.findings = findings
        self.options = options
        self.new_id = new_id
        self.today = today
        self.tally = Tally()
        self.differences: list[dict[str, Any]] = []
        self.doubles: list[dict[str, Any]] = []
        self.left: set[str] = set()
        """Refs of lines that wait for an answer, or that a person wants left out."""
        self.log: LineLog | None = None
        self.people: dict[str, bytes | None] = {}
        self.seen_people: set[bytes] = set()
        self.refused_people: set[bytes] = set()
        self.new_roles: dict[str, tuple[str, ...]] = {}
        self.names: dict[str, str] = {}
        self.spools: dict[str, BufferedRandom] = {}
        self.steps = 0

    def put(self, spool: str, change: Change, *, counted: bool = True, at: Placed | None = None) -> None:
        """Write a change to its spool, give its commands ids, count it and show it among the first.

        `at` is the line that brings it about.
        """
        change.command_ids = [self.new_id() for _ in change.asks()]
        self.spools[spool].write(change.packed() + b"\n")
        self.steps += 1
        if change.change is ChangeType.LINKED:
            return
        if self.log is not None and at is not None:
            self.log.change(at.file, at.line, change.kind, change.change, change.label, change.fields)
        if not counted:
            return
        self.tally.count(change.kind, change.change)
        if len(self.differences) < SHOWN_DIFFERENCES:
            shown = {
                "kind": change.kind,
                "label": change.label,
                "change": str(change.change),
                "fields": change.fields,
                "line": at.line if at is not None else None,
            }
            self.differences.append(shown)

    def unchanged(self, kind: str, file: str, line: int, label: str = "") -> None:
        """Count a row that is as the roster wants it."""
        if self.log is not None:
            self.log.say(file, line, UNCHANGED, label, kind=kind)
        self.tally.count(kind, UNCHANGED)
        self.tally.mark(file, line, UNCHANGED)

    def doubt(
        self, at: Placed, label: str, given: Mapping[str, Any], candidates: list[dict[str, Any]], answer: str
    ) -> None:
        """Keep a line that is likely someone known, with the answer that it got; an empty one: none yet."""
        values = {name: value for name, value in given.items() if value}
        doubt = {"file": at.file, "line": at.line, "label": label, "values": values, "candidates": candidates}
        if len(self.doubles) < SHOWN_DOUBLES:
            self.doubles.append({**doubt, "answer": answer})
        if self.log is not None and not answer:
            self.log.say(at.file, at.line, DOUBLE, label, candidates=candidates)

    def name(self, entity_id: str, label: str) -> None:
        """Remember how to call a row in the differences that are shown; the rest is called by its ref."""
        if len(self.names) < 2 * SHOWN_DIFFERENCES:
            self.names[entity_id] = label
