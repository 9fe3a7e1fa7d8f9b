"""Names who, here or on an earlier line of the file, is likely the same person as a new line of a list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.core.entities import Body
from server.learning.imports.changes import person_label
from server.learning.imports.plan import Plan
from server.learning.roster.records import RosterPerson
from shared.people.rules import duplicate_score, phone_digits, sort_text
from shared.people.vocabulary import PersonState

LIKELY = 50
"""As where a person is made by hand; see `duplicate_score`."""
MOST_NAMED = 5
MAKE, LEAVE = "make", "leave"
_COMPARED = ("given_name", "family_name", "email", "phone", "date_of_birth")


@dataclass(frozen=True)
class Candidate:
    """Someone who is likely the same: `id` of a person here, or None and the `line` of an earlier new one."""

    score: int
    label: str
    reasons: tuple[str, ...]
    id: str | None = None
    line: int | None = None
    state: str = PersonState.ACTIVE

    def shown(self) -> dict[str, Any]:
        """Return the candidate as the dry run tells it."""
        return {
            "id": self.id, "line": self.line, "label": self.label, "score": self.score,
            "reasons": list(self.reasons), "state": str(self.state),
        }  # fmt: skip


class Doubles:
    """Looks for doubles of one chunk after another, by the phone and by the names, as they are stored for sorting."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._here: dict[str, list[Body]] = {}
        self._new: dict[str, list[tuple[int, Body]]] = {}
        self.bodies: dict[str, Body] = {}

    def load(self, values: Iterable[Body]) -> None:
        """Read who here shares a phone or the names with any of these."""
        given = [one for one in values if one.get("given_name")]
        phones = {phone_digits(one["phone"]) for one in given if one.get("phone")} - {""}
        names = {key for one in given for key in _name_keys(one)}
        found = [
            *self._plan.lookups.people_by("phone", phones),
            *self._plan.lookups.people_by("name", names),
        ]
        self._here, self.bodies = {}, {}
        for body in found:
            if body["id"] not in self.bodies and not body.get("merged_into"):
                self.bodies[body["id"]] = body
                for key in _keys(body):
                    self._here.setdefault(key, []).append(body)

    def of(self, given: Body) -> list[Candidate]:
        """Return who is likely the same as a new line, the likeliest first, five at most."""
        wanted = {"given_name": "", **given}
        keys = [*_keys(wanted), *_name_keys(wanted)]
        found: dict[tuple[str | None, int | None], Candidate] = {}
        for body in (body for key in keys for body in self._here.get(key, ())):
            self._weigh(found, wanted, body, Candidate(0, person_label(body), (), body["id"], None, body["state"]))
        for line, body in (pair for key in keys for pair in self._new.get(key, ())):
            self._weigh(found, wanted, body, Candidate(0, person_label(body), (), None, line))
        ranked = sorted(found.values(), key=lambda one: (-one.score, one.id or "", one.line or 0))
        return ranked[:MOST_NAMED]

    def _weigh(
        self, found: dict[tuple[str | None, int | None], Candidate], wanted: Body, body: Body, one: Candidate
    ) -> None:
        score, reasons = duplicate_score(wanted, body)
        if score >= LIKELY:
            found[one.id, one.line] = Candidate(score, one.label, reasons, one.id, one.line, one.state)

    def remember(self, person: RosterPerson, given: Body) -> None:
        """Keep a line that makes a new person: a later one may be the same."""
        kept = {name: given.get(name) for name in (*_COMPARED, "number")}
        for key in _keys(given):
            self._new.setdefault(key, []).append((person.line, kept))


def _keys(body: Mapping[str, Any]) -> Sequence[str]:
    """Return the signs under which someone is looked for; people with one name in a thousand share few of them."""
    phone = phone_digits(body["phone"]) if body.get("phone") else ""
    return [*([f"phone {phone}"] if phone else []), *(f"name {key}" for key in _name_keys(body)[:1])]


def _name_keys(body: Mapping[str, Any]) -> list[str]:
    given, family = body.get("given_name") or "", body.get("family_name") or ""
    others = body.get("other_names") or ""
    both = [(given, family, others), (family, given, others), (given, family, "")]
    return list(dict.fromkeys(sort_text({"given_name": a, "family_name": b, "other_names": c}) for a, b, c in both))
