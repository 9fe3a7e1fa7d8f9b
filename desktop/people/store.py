"""What the people screens read: filtered lists, likely duplicates, and one person's changes made here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.core.listed import listed
from desktop.core.local_store import LocalStore
from desktop.core.queries import Where
from desktop.core.receipts import ReceiptLine
from desktop.core.search import words_of
from desktop.people.words import full_name
from shared.people.rules import duplicate_score, fold, search_text
from shared.people.vocabulary import ORGANISATION, PERSON, Role

MOST_HITS = 200
"""A search lists this many people at most; who wants others types another letter."""
LIKELY = 50
_MOST_NAMED = 3
_MOST_LINES = 400

Body = Mapping[str, Any]


@dataclass(frozen=True)
class PeopleFilter:
    """What a list of people is narrowed to; empty parts mean all. `within` are the only ids allowed, None for any."""

    state: str = ""
    role: str = ""
    within: frozenset[str] | None = None

    def conditions(self) -> list[Where]:
        """Return the conditions for the store."""
        found = [Where("state", "=", self.state)] if self.state else []
        if self.role:
            # Students are nearly everyone and staff few, so the index on `staff` goes before the look into the roles.
            found.append(Where("staff", "=", 0 if self.role == Role.STUDENT else 1))
            found += [] if self.role == Role.STUDENT else [Where("roles", "has", self.role)]
        if self.within is not None:
            found.append(Where("id", "in", sorted(self.within)))
        return found

    def takes(self, body: Body) -> bool:
        """Tell whether a person belongs to the list."""
        roles = body.get("roles") or ()
        if self.role == Role.STUDENT and any(role != Role.STUDENT for role in roles):
            return False
        fits = not self.role or self.role == Role.STUDENT or self.role in roles
        fits = fits and (not self.state or body.get("state") == self.state)
        return fits and (self.within is None or body["id"] in self.within)


@dataclass(frozen=True)
class Found:
    """Who was found, the best first; `is_cut` where more match than were looked at."""

    people: list[dict[str, Any]]
    is_cut: bool = False


def find_people(store: LocalStore, typed: str, chosen: PeopleFilter | None = None) -> Found:
    """Return who matches what was typed and the filter; at most `MOST_HITS` are looked at unless the ids are given."""
    wanted = chosen or PeopleFilter()
    if wanted.within is not None:
        words = words_of(typed)
        people = store.many(PERSON, sorted(wanted.within)).values()
        return Found(sorted((one for one in people if wanted.takes(one) and _matches(one, words)), key=_by_name(store)))
    hits = store.search(typed, [PERSON], MOST_HITS)
    return Found([hit.body for hit in hits if wanted.takes(hit.body)], len(hits) >= MOST_HITS)


def count_people(store: LocalStore, chosen: PeopleFilter) -> int:
    """Return how many people the filter takes."""
    if chosen.role == Role.STUDENT and chosen.state and chosen.within is None:
        # Both conditions together have no index of their own; those of the staff are few.
        of_state = [Where("state", "=", chosen.state)]
        return store.count(PERSON, of_state) - store.count(PERSON, [Where("staff", "=", 1), *of_state])
    return store.count(PERSON, chosen.conditions())


def _matches(person: Body, words: Sequence[str]) -> bool:
    theirs = words_of(search_text(person))
    return all(any(word.startswith(typed) for word in theirs) for typed in words)


def _by_name(store: LocalStore) -> Any:
    return lambda body: (listed(store.area.kinds, PERSON, body).sort_text, body["id"])


@dataclass(frozen=True)
class Duplicate:
    """Someone who may be the same person: how alike (50 to 100) and by which fields."""

    person: Body
    score: int
    reasons: tuple[str, ...]

    @property
    def name(self) -> str:
        """The full name."""
        return full_name(self.person)


def likely_duplicates(desk: Desk, wanted: Body, own_id: str = "") -> list[Duplicate]:
    """Return at most three people of the store who may be the one described, the likeliest first."""
    code = (desk.store.get(ORGANISATION, desk.actor.organisation_id) or {}).get("calling_code") or "233"
    found = []
    for person in _candidates(desk.store, wanted).values():
        if person["id"] == own_id:
            continue
        score, reasons = duplicate_score(wanted, person, code)
        if wanted.get("number") and fold(str(wanted["number"])) == fold(person.get("number") or ""):
            score, reasons = 100, ("number", *reasons)
        elif reasons == ("phone",):
            score = max(score, LIKELY)  # families share a phone, so it is named; a person says whether it matters
        if score >= LIKELY:
            found.append(Duplicate(person, score, reasons))
    return sorted(found, key=lambda one: (-one.score, one.name))[:_MOST_NAMED]


def _candidates(store: LocalStore, wanted: Body) -> dict[str, dict[str, Any]]:
    """Return who shares a word that a duplicate must share, found by index alone."""
    given, family = (wanted.get("given_name") or "").strip(), (wanted.get("family_name") or "").strip()
    asked = [
        f"{given} {family}",
        f"{given[:3]} {family[:3]}" if family else "",
        wanted.get("email") or "",
        wanted.get("number") or "",
        *_phone_forms(wanted.get("phone") or ""),
    ]
    found: dict[str, dict[str, Any]] = {}
    for query in asked:
        if query.strip():
            found |= {hit.id: hit.body for hit in store.search(query, [PERSON], 60)}
    return found


def _phone_forms(phone: str) -> list[str]:
    # The index has a number's digits as one word, with whatever stood before the national part.
    digits = "".join(letter for letter in phone if letter.isdigit())
    national = digits[-9:]
    if len(national) < 7:
        return []
    return [f"{before}{national}" for before in ("", "0", "233", "00233")] + [digits]


def own_changes(store: LocalStore, person_id: str) -> list[ReceiptLine]:
    """Return what was changed about someone on this computer, the newest first."""
    return [line for line in store.receipt(0, _MOST_LINES) if line.target_id == person_id]
