"""The one list of reconciliation: where each row stands, kept right by reading only what a change touches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from heapq import nlargest
from typing import Any

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.finance.bank_store import (
    KIND_OF,
    OPEN,
    PROOF,
    Body,
    Goals,
    Listed,
    MoneyRow,
    listed_line,
)
from shared.finance.bank_words import (
    COUNTING,
    MONEY_MATCH,
    STATEMENT_LINE,
    TRANSFER_PROOF,
    Goal,
    LineState,
    ProofState,
)
from shared.finance.match_hints import Hints, Students
from shared.finance.match_rules import counting, left_of_goal
from shared.people.vocabulary import PERSON

Key = tuple[str, str]
AT_ONCE = 1_000
"""How many rows are read while somebody waits; more of them are read beside the window."""
MOST_SHOWN = 2_000
"""How many rows are kept as they were shown."""
_CHUNK = 200
_NEWEST, _FIRST = 4_000, 100
"""Among how many of the newest lines those are looked for that stand at once, and how many do."""
_GOAL_OF = {kind: goal for goal, kind in KIND_OF.items()}
_READ = (STATEMENT_LINE, TRANSFER_PROOF, MONEY_MATCH, *_GOAL_OF)
_NAMES = ("id", "number", "given_name", "family_name")
_Matches = Mapping[str, Sequence[Body]]


class MoneyList:
    """What is listed, by id; the bodies behind it are read when they are shown.

    It is read by one thread at a time. `whole` says whether all of it was read, or only the newest lines.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.listed: dict[str, Listed] = {}
        self._found_by: dict[str, str] = {}
        self.whole = False
        self.version = 0
        self._ends: dict[str, tuple[str, str, str]] = {}
        self._hints = Hints()
        self._shown: dict[str, MoneyRow] = {}
        self._students: Students | None = None

    # ------------------------------------------------------------------------------------------------------- reading

    def is_short(self) -> bool:
        """Return whether reading the whole of it keeps nobody waiting."""
        store, rows = self._desk.store, 0
        for kind in (*_READ, PERSON):
            rows += store.count(kind)
            if rows > AT_ONCE:
                return False
        return True

    def read_newest(self) -> None:
        """Read the newest lines that nothing was matched with: what a page shows while the rest is read."""
        store, open_ones = self._desk.store, [Where("state", "=", str(LineState.OPEN))]
        newest = store.ids(STATEMENT_LINE, open_ones, descending=True, limit=_NEWEST)
        matched = set(store.values(MONEY_MATCH, "line_id", [Where("line_id", "in", newest)]))
        lines = store.many(STATEMENT_LINE, [key for key in newest if key not in matched][:_FIRST])
        self._list([listed_line(one, ()) for one in lines.values()])

    def read(self) -> None:
        """Read all of it."""
        by_line, by_goal = defaultdict[str, list[Body]](list), defaultdict[str, list[Body]](list)
        for match in self._bodies(MONEY_MATCH):
            line_id, _, goal_id = self._note(match)
            if match["state"] in COUNTING:
                light = {name: match[name] for name in ("state", "amount", "difference")}
                by_line[line_id].append(light)
                by_goal[goal_id].append(light)
        for kind, goal in _GOAL_OF.items():
            for bodies in self._chunks(kind):
                self._list_goals(goal, bodies, by_goal)
        self._list([listed_line(one, by_line.get(str(one["id"]), ())) for one in self._bodies(STATEMENT_LINE)])
        for bodies in self._chunks(TRANSFER_PROOF, [Where("state", "=", str(ProofState.WAITING))]):
            self._list_proofs(bodies)
        self.whole = True
        newest = nlargest(_FIRST, (row for row in self.listed.values() if row.part == OPEN), key=lambda row: row.day)
        self.rows([row.id for row in newest])  # what is looked at first is ready before it is asked for

    def _chunks(self, kind: str, where: Sequence[Where] = ()) -> Iterator[Sequence[Body]]:
        store = self._desk.store
        ids = store.ids(kind, where, "id")
        for at in range(0, len(ids), _CHUNK):
            yield list(store.many(kind, ids[at : at + _CHUNK]).values())

    def _bodies(self, kind: str) -> Iterator[Body]:
        return (body for bodies in self._chunks(kind) for body in bodies)

    def _matches(self, end: str, ids: Collection[str]) -> defaultdict[str, list[Body]]:
        found = defaultdict[str, list[Body]](list)
        if ids:
            for match in self._desk.store.page(MONEY_MATCH, [Where(end, "in", list(ids))], limit=-1):
                found[str(match[end])].append(match)
        return found

    def _note(self, match: Body) -> tuple[str, str, str]:
        ends = (str(match["line_id"]), str(match["goal"]), str(match["goal_id"] or ""))
        self._ends[str(match["id"])] = ends
        return ends

    def _list(self, rows: Sequence[Listed]) -> None:
        for row in rows:
            self.listed[row.id] = row
            self._found_by.pop(row.id, None)
            self._shown.pop(row.id, None)
        self.version += 1

    def _drop(self, ids: Collection[str]) -> None:
        for key in ids:
            self.listed.pop(key, None)
            self._found_by.pop(key, None)
            self._shown.pop(key, None)
            self._hints.drop(key)
        gone = set(ids)
        for key in [row.id for row in self._shown.values() if any(hint.key in gone for hint in row.hints)]:
            del self._shown[key]
        self.version += 1

    def _list_goals(self, goal: Goal, bodies: Sequence[Body], matches: _Matches) -> None:
        left = {str(one["id"]): left_of_goal(goal, one, matches.get(str(one["id"]), ())) for one in bodies}
        self._drop([key for key in left if not left[key]])
        waiting = [one for one in bodies if left[str(one["id"])]]
        if not waiting:
            return
        made = Goals(self._desk, waiting)
        for body in waiting:
            row = made.listed(goal, body, left[str(body["id"])])
            self._list([row])
            self._hints.put(made.wanted(row, body))
        self._shown.clear()  # they may be what any line is

    def _list_proofs(self, bodies: Sequence[Body]) -> None:
        made = Goals(self._desk, bodies)
        self._list([made.proof(one) for one in bodies if one["state"] == ProofState.WAITING])

    # ------------------------------------------------------------------------------------------------------ changing

    def update(self, keys: Collection[Key]) -> None:
        """Read anew what these changed rows of the store touch, and nothing else."""
        touched = defaultdict[str, set[str]](set)
        for kind, key in keys:
            touched[kind].add(key)
        if touched[PERSON]:
            self._students = None
        for ends in self._touched_ends(touched[MONEY_MATCH]):
            line_id, goal, goal_id = ends
            touched[STATEMENT_LINE].add(line_id)
            if goal_id:
                touched[KIND_OF[Goal(goal)]].add(goal_id)
        for kind, goal_of in _GOAL_OF.items():
            ids = touched[kind]
            bodies = self._still_there(kind, ids)
            self._list_goals(goal_of, bodies, self._matches("goal_id", ids))
        lines = self._still_there(STATEMENT_LINE, touched[STATEMENT_LINE])
        matches = self._matches("line_id", touched[STATEMENT_LINE])
        self._list([listed_line(one, matches[str(one["id"])]) for one in lines])
        proofs = self._still_there(TRANSFER_PROOF, touched[TRANSFER_PROOF])
        self._drop([str(one["id"]) for one in proofs if one["state"] != ProofState.WAITING])
        self._list_proofs(proofs)

    def _touched_ends(self, ids: Collection[str]) -> list[tuple[str, str, str]]:
        # A match that was taken back before anybody else saw it is gone; its ends are known from before.
        found = self._desk.store.many(MONEY_MATCH, list(ids))
        return [
            self._note(found[key]) if key in found else self._ends[key] for key in ids if key in {*found, *self._ends}
        ]

    def _still_there(self, kind: str, ids: Collection[str]) -> list[Body]:
        found = self._desk.store.many(kind, list(ids)) if ids else {}
        self._drop([key for key in ids if key not in found])
        return list(found.values())

    # ------------------------------------------------------------------------------------------------------- showing

    def found_by(self, row_id: str) -> str:
        """Return what a search looks at in a row, folded."""
        found = self._found_by.get(row_id)
        if found is None:
            found = self._found_by[row_id] = self.listed[row_id].found_by()
        return found

    def row(self, row_id: str) -> MoneyRow | None:
        """Return a row as it is shown."""
        return self.rows([row_id]).get(row_id)

    def rows(self, ids: Sequence[str]) -> dict[str, MoneyRow]:
        """Return rows as they are shown, in the order asked for; one that is gone is missing."""
        by_kind = defaultdict[str, list[str]](list)
        for key in ids:
            if key in self.listed and key not in self._shown:
                by_kind[self.listed[key].kind].append(key)
        if len(self._shown) > MOST_SHOWN:
            self._shown.clear()
            return self.rows(ids)
        matches = self._matches("line_id", by_kind[STATEMENT_LINE])
        for kind, keys in by_kind.items():
            for key, body in self._desk.store.many(kind, keys).items():
                self._shown[key] = self._row(self.listed[key], body, matches[key])
        return {key: self._shown[key] for key in ids if key in self._shown}

    def _row(self, listed: Listed, body: Body, matches: Sequence[Body]) -> MoneyRow:
        facts = {name: getattr(listed, name) for name in Listed.__slots__}
        if listed.goal is not None or listed.part == PROOF:
            return MoneyRow(**facts, body=body)
        hints = self._hints.of(body, listed.left) if listed.left and body["live"] else ()
        return MoneyRow(**facts, body=body, hints=hints, matches=counting(matches))

    def goal_of(self, match: Body) -> Listed | None:
        """Return what a match says a line is, whatever is left of it; None for money that goes back."""
        if not match["goal_id"]:
            return None
        goal = Goal(match["goal"])
        body = self._desk.store.get(KIND_OF[goal], str(match["goal_id"]))
        return None if body is None else Goals(self._desk, [body]).listed(goal, body, 0)

    # ------------------------------------------------------------------------------------------------------ students

    @property
    def knows_students(self) -> bool:
        """Whether `named` can answer at once."""
        return self._students is not None

    def read_students(self) -> Students:
        """Return what finds students whom lines name: one reading of everybody's name and number."""
        return Students([{name: one.get(name) for name in _NAMES} for one in self._bodies(PERSON)])

    def take_students(self, students: Students) -> None:
        """Keep what `read_students` returned."""
        self._students = students

    def named(self, line: Body) -> list[dict[str, Any]]:
        """Return the people whom a line names by number or whole name; none while that isn't known."""
        ids = self._students.named(line) if self._students is not None else []
        return list(self._desk.store.many(PERSON, ids).values())
