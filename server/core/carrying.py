"""What areas add to a term's roll-over: what they know of students, and what they carry over to a copied cohort."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.core.database import Db
from shared.core.actor import Actor


@dataclass(frozen=True)
class CohortMove:
    """A cohort and its copy, which may not be there yet; days are `YYYY-MM-DD`.

    `despite_clash` plans over what is there. `instructors` are the ids of those who teach the copy.
    """

    old_id: str
    new_id: str
    old_first: str | None
    old_last: str | None
    new_first: str
    new_last: str
    instructors: tuple[str, ...] = ()
    despite_clash: bool = False


@dataclass(frozen=True)
class CarryAsk:
    """A command that carries something over; `kind` is of the row that it makes."""

    type: str
    target_id: str
    payload: Mapping[str, Any]
    base: str | None = None
    kind: str = ""


@dataclass
class Carried:
    """The commands, and by the old cohort's id what people are told of them: `lines` as data, `notes` as sentences."""

    asks: list[CarryAsk] = field(default_factory=list)
    lines: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class TermPart:
    """An area's part in rolling a term over.

    `results(db, organisation id, cohort ids)` gives published percentages by enrolment id; `carry` gives what moves to
    the copies; `take_back(db, organisation id, ids of copies, roll-over id)` gives the commands that remove it again.
    """

    results: Callable[[Db, str, Sequence[str]], Mapping[str, str]] | None = None
    carry: Callable[[Db, Actor, Sequence[CohortMove]], Carried] | None = None
    take_back: Callable[[Db, str, Sequence[str], str], Sequence[CarryAsk]] | None = None
