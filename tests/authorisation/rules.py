"""The language of the table of expectations: who is let in, by permission and by what a row is to whoever asks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.core.actor import Actor
from shared.people.vocabulary import Permission
from tests.authorisation.platform_people import FOREIGN, LOOKING, OWN, SAME
from tests.authorisation.world import Rows, Who, World

Test = Callable[[Who, str], bool]
Body = Callable[[World, Who, Rows], Any]


@dataclass(frozen=True)
class Rule:
    """`test(who, relation)` says whether someone is let in; `words` are the permissions that it asks for."""

    test: Test
    words: frozenset[str] = frozenset()
    is_public: bool = False

    def __or__(self, other: "Rule") -> "Rule":
        return Rule(lambda who, to: self.test(who, to) or other.test(who, to), self.words | other.words)

    def __and__(self, other: "Rule") -> "Rule":
        return Rule(lambda who, to: self.test(who, to) and other.test(who, to), self.words | other.words)

    def allows(self, who: Who, relation: str) -> bool:
        """Tell whether the cell is one of being let in."""
        return self.is_public or (who.is_in and self.test(who, who.place(relation)))


PUBLIC = Rule(lambda _who, _to: True, is_public=True)
SIGNED_IN = Rule(lambda _who, _to: True)
HERE = Rule(lambda _who, to: to != FOREIGN)
"""Everybody of the institute, for rows of the institute."""
NOBODY = Rule(lambda _who, _to: False)
OWN_ROW = Rule(lambda _who, to: to == OWN)
NOT_OWN = Rule(lambda _who, to: to != OWN)
TEACHES_SOMEWHERE = Rule(lambda who, _to: who.teaches)
ATTENDS = Rule(lambda who, to: who.attends and to in (OWN, SAME))


def has(*words: str) -> Rule:
    """Whoever holds any of these, for rows of the institute."""
    wanted = frozenset(map(str, words))
    return Rule(lambda who, to: bool(wanted & who.words) and to != FOREIGN, wanted)


def holds(*words: str) -> Rule:
    """Whoever holds any of these; for what names no row."""
    wanted = frozenset(map(str, words))
    return Rule(lambda who, _to: bool(wanted & who.words), wanted)


def teaches(word: str = "", right: str = "") -> Rule:
    """Whoever teaches the course, holds the word and isn't kept from this right."""

    def test(who: Who, to: str) -> bool:
        return who.teaches and to in (OWN, SAME) and (not word or word in who.words) and right not in who.withheld

    return Rule(test, frozenset({str(word)} if word else ()))


def operates(word: str) -> Rule:
    """Whoever belongs to the platform and holds the word."""
    return Rule(lambda who, _to: who.operates and word in who.words, frozenset({str(word)}))


LOOKS = operates(Permission.PLATFORM_ORGANISATIONS) & OWN_ROW & Rule(lambda who, _to: who.key == LOOKING)
"""The operator who said why: with his own look alone, as long as it lasts, into the institute it was opened for."""
SEES_ALL = has(Permission.SEE_ALL)
SEES_CLASS = SEES_ALL | teaches() | ATTENDS
"""Rows of a class: its staff and students, and whoever sees the whole institute."""
SEES_COURSE_STAFF = SEES_ALL | teaches()


@dataclass(frozen=True)
class Entry:
    """What a route asks of whoever calls it, and how to call it.

    `row` is the kind of row that its path names; `shows` the kind whose rows its answer lists, each cell being whether
    the row of that relation stands in it. `body` makes the JSON. `other` are further path names with their kinds.
    `absent`: the row isn't there, so whoever is told just that got past the check. `holds_back`: what those do
    elsewhere who may do it here is kept for the office, and nobody else's. `decides`: a decision that is asked itself.
    `no_proof` says why nobody is seen to get through here.
    """

    route: str
    rule: Rule
    body: Body | None = None
    row: str = ""
    shows: str = ""
    query: str = ""
    other: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    no_proof: str = ""
    absent: bool = False
    holds_back: bool = False
    decides: Callable[[Actor, Rows], bool] | None = None


def given(**values: Any) -> Body:
    """A body that is the same in every cell."""
    return lambda _world, _who, _rows: values


def naming(_values: Mapping[str, Any] | None = None, **kinds: str) -> Body:
    """A body with fields that name rows of the cell's relation (field to kind), and others that stay."""
    return lambda _world, _who, rows: {**(_values or {}), **{name: rows[kind] for name, kind in kinds.items()}}
