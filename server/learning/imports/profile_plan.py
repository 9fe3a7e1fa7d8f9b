"""Works out what a list says about branches, addresses and the people to be told: guardians, parents, sponsors."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server.core.entities import Body
from server.learning.imports.branch_names import BranchNames
from server.learning.imports.changes import Change, ChangeType, Fields
from server.learning.imports.plan import Plan
from server.learning.imports.sentences import report
from server.learning.roster.records import RosterPerson
from shared.core.text import text
from shared.people.permissions import may_edit_people
from shared.people.profile_fields import BY_NAME, may_see_private, row_id
from shared.people.profile_rules import GUARDIAN_PARTS, profile_error, tidy_profile
from shared.people.rules import fold, phone_digits
from shared.people.vocabulary import PRIVATE_PROFILE, PROFILE

Contact = dict[str, Any]
CONTACTS = ("guardian", "sponsor")
"""The two contacts that one row can hold."""


class ProfilePlan:
    """Plans both rows of a profile: the branch, and what only the office and the person read.

    A contact is known by its name, phone or mail.
    """

    def __init__(self, plan: Plan, spool: str) -> None:
        self._plan = plan
        self._spool = spool
        self._present: dict[str, Body] = {}
        self._names: BranchNames | None = None

    def load(self, records: Sequence[RosterPerson], people: Iterable[str]) -> None:
        """Read what is known of `people`, where the records say anything at all."""
        ids, lookups = list(people), self._plan.lookups
        says = {
            PROFILE: any(one.branch for one in records),
            PRIVATE_PROFILE: any(one.address or contacts_of(one) for one in records),
        }
        self._present = {}
        for kind, said in says.items():
            if said and ids:
                self._present |= lookups.by_id(kind, [row_id(kind, one) for one in ids])

    def changes(self, person: RosterPerson, body: Body | None) -> Fields | None:
        """Return what the rows change, nothing for nothing, None where it can't be kept; the findings then say why."""
        told, private = self._branch(person, body), self._private(person, body)
        return None if told is None or private is None else {**told, **private}

    def _row(self, kind: str, body: Body | None) -> Body | None:
        return self._present.get(row_id(kind, body["id"])) if body else None

    def _branch(self, person: RosterPerson, body: Body | None) -> Fields | None:
        """Return what the row says of the branch; an empty cell leaves what is there."""
        findings, places = self._plan.findings, (person.file, person.line)
        if not person.branch:
            return {}
        if not may_edit_people(self._plan.actor):
            report(findings, "branch_not_allowed", *places)
            return None
        if self._names is None:
            self._names = BranchNames(self._plan.lookups.branches())
        present = (self._row(PROFILE, body) or {}).get("branch_id")
        found = self._names.found(person.branch, present)
        if len(found) == 1:
            return {"branch_id": [present, found[0]]} if found[0] != present else {}
        if found:
            report(findings, "branch_twice", *places, column="branch", value=person.branch)
        else:
            nearest = self._names.nearest(person.branch)
            report(findings, "branch_unknown", *places, column="branch", value=person.branch, nearest=nearest)
        return None

    def _private(self, person: RosterPerson, body: Body | None) -> Fields | None:
        given = contacts_of(person)
        if not given and not person.address:
            return {}
        if not may_see_private(self._plan.actor):
            report(self._plan.findings, "private_not_allowed", person.file, person.line)
            return None
        present = self._row(PRIVATE_PROFILE, body)
        fields: Fields = {}
        known = present["address"] if present else None
        if person.address and " ".join((known or "").split()) != person.address:
            fields["address"] = [known, person.address]
        before: list[Contact] = list(present["guardians"]) if present else []
        after = with_contacts(before, given)
        if after != before:
            fields["guardians"] = [before, after]
        for name, (_, new) in fields.items():
            reason = profile_error(name, new)
            if reason is not None:
                column = "address" if name == "address" else "guardian_name"
                report(self._plan.findings, "field_refused", person.file, person.line, column=column, reason=reason)
                return None
        return fields

    def put(self, person_id: str, label: str, fields: Fields, at: RosterPerson) -> None:
        """Plan the changes of a person's rows, which the line `at` asks for."""
        for kind in (PROFILE, PRIVATE_PROFILE):
            own = {name: pair for name, pair in fields.items() if BY_NAME[name].row == kind}
            if own:
                key = row_id(kind, person_id)
                present = self._present.get(key)
                change = ChangeType.UPDATED if present else ChangeType.CREATED
                base = present["revision"] if present else None
                self._plan.put(self._spool, Change(kind, key, change, label, own, base, owner=person_id), at=at)


def contacts_of(person: RosterPerson) -> list[Contact]:
    """Return the contacts that a row names."""
    found = []
    for kind in CONTACTS:
        given = {part: getattr(person, f"{kind}_{part}") or "" for part in GUARDIAN_PARTS}
        if any(given.values()):
            found.append({"kind": kind, **given})
    return found


def with_contacts(before: Sequence[Contact], given: Sequence[Mapping[str, Any]]) -> list[Contact]:
    """Return the contacts of a person with those of a row: known ones are changed, others are added.

    An empty cell leaves what is there; whether a contact is told stays as it was, and is no for a new one.
    """
    after = [dict(one) for one in before]
    for one in given:
        said = {part: value for part, value in one.items() if part != "kind" and value}
        known = next((old for old in after if _same(old, said)), None)
        if known is not None:
            known.update({part: value for part, value in said.items() if _differs(part, known.get(part), value)})
            continue
        relation = {} if one["kind"] != "sponsor" else {"relation": text("Sponsor")}
        after.append({**relation, **said})
    tidied = tidy_profile("guardians", after)
    return [dict(one) for one in tidied]


def _same(old: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    if said.get("name"):
        return fold(str(old.get("name") or "")) == fold(said["name"])
    return any(said.get(part) and not _differs(part, old.get(part), said[part]) for part in ("phone", "email"))


def _differs(part: str, old: object, new: str) -> bool:
    known = str(old or "")
    if part == "phone":
        return not known or phone_digits(known) != phone_digits(new)
    return fold(known) != fold(new) if part == "email" else known != new
