"""Works out what a roster's people change: finds each one here, compares, and refuses what can't be kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.core.entities import Body
from server.learning.imports.changes import Change, ChangeType, Fields, created_fields, person_label
from server.learning.imports.doubles import LEAVE, MAKE, Candidate, Doubles
from server.learning.imports.plan import LEFT, Plan, chunks, packed_id, unpacked_id
from server.learning.imports.profile_plan import ProfilePlan
from server.learning.imports.sentences import report
from server.learning.roster.records import RecordStatus, RosterPerson, RosterPersonChange, RosterRole
from server.people.service import tidy
from shared.people import rules
from shared.people.commands import MOST_LETTERS
from shared.people.permissions import may_assign_roles, may_change_person
from shared.people.vocabulary import BUILT_IN_ROLES, PERSON, PersonState, Role

SPOOL = "people"
IDENTITIES = ("number", "username", "email")
# What a roster can say about roles at all; others that a person holds here are never taken away by it.
SAYABLE = frozenset({Role.STUDENT, Role.INSTRUCTOR, Role.ADMINISTRATOR})


def known_roles(roles: Iterable[RosterRole]) -> tuple[str, ...]:
    """Return those roles of a roster that are roles here; staff and guardians are kept as people without one."""
    return tuple(str(Role(role.value)) for role in roles if role.value in set(BUILT_IN_ROLES))


def said_roles(person: RosterPerson) -> tuple[str, ...]:
    """Return the keys of the roles that a row names, the institute's own ones among them."""
    return tuple(dict.fromkeys((*known_roles(person.roles), *person.own_roles)))


def person_values(person: RosterPerson) -> Body:
    """Return what the row says about a person's fields; empty cells say nothing."""
    born = person.date_of_birth.isoformat() if person.date_of_birth else None
    given: Body = {
        "number": person.number,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "other_names": person.other_names,
        "email": person.email,
        "phone": person.phone,
        "date_of_birth": born,
        "username": person.username.lower() if person.username else None,
    }
    return {name: value for name, value in tidy(given).items() if value}


def folded_values(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the values that tell people apart in the form in which they are unique."""
    return {
        name: values[name] if name == "username" else rules.fold(values[name])
        for name in IDENTITIES
        if values.get(name)
    }


@dataclass
class _Known:
    """What the database knows about the people of one chunk."""

    linked: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)
    holders: dict[tuple[str, str], str] = field(default_factory=dict)


class PeoplePlan:
    """Plans people and what other tables say about them. `linking`: refs are another system's ids."""

    def __init__(self, plan: Plan, *, full_roles: bool, linking: bool) -> None:
        self._plan = plan
        self._full_roles = full_roles
        self._linking = linking
        self._profiles = ProfilePlan(plan, SPOOL)
        self._doubles = None if linking else Doubles(plan)

    def people(self, records: Iterable[RosterPerson]) -> None:
        """Plan the people."""
        for chunk in chunks(records):
            values = [person_values(one) for one in chunk]
            known = self._known(chunk, values)
            self._profiles.load(chunk, known.bodies)
            for person, given in zip(chunk, values, strict=True):
                self._person(person, given, known)

    def _known(self, chunk: Sequence[RosterPerson], values: Sequence[Body]) -> _Known:
        lookups, known = self._plan.lookups, _Known()
        if self._linking:
            known.linked = lookups.external(PERSON, (one.ref for one in chunk))
        found = list(lookups.by_id(PERSON, known.linked.values()).values())
        folded = [folded_values(one) for one in values]
        for name in IDENTITIES:
            found += lookups.people_by(name, (one[name] for one in folded if name in one))
        for body in found:
            known.bodies[body["id"]] = body
            for name, value in folded_values(body).items():
                known.holders[name, value] = body["id"]
        if self._doubles is not None:
            self._doubles.load(values)
            known.bodies |= {key: body for key, body in self._doubles.bodies.items() if key not in known.bodies}
        return known

    def _person(self, person: RosterPerson, given: Body, known: _Known) -> None:
        plan = self._plan
        body = self._match(person, given, known)
        if not self._keeps(person, given, body, known):
            self._refuse(person, body)
            return
        if body is None and self._doubles is not None and person.status is not RecordStatus.REMOVED:
            candidates = self._doubles.of(given)
            body = known.bodies.get(self._answer(person, given, candidates)) if candidates else None
            if person.ref in plan.left or (body is not None and not self._keeps(person, given, body, known)):
                self._refuse(person, body)
                return
        private = self._profiles.changes(person, body) if person.status is not RecordStatus.REMOVED else {}
        if private is None:
            self._refuse(person, body)
        elif body is None:
            self._new(person, given, private)
        else:
            packed = packed_id(body["id"])
            plan.people[person.ref] = packed
            plan.seen_people.add(packed)
            linked = known.linked.get(person.ref) == body["id"]
            self._known_person(person, given, body, private, linked=linked)

    def _refuse(self, person: RosterPerson, body: Body | None) -> None:
        self._plan.people[person.ref] = None
        if body is not None:
            self._plan.refused_people.add(packed_id(body["id"]))

    def _answer(self, person: RosterPerson, given: Body, candidates: Sequence[Candidate]) -> str:
        """Return the id of the person that a doubtful line is, or an empty text; a line without an answer is left."""
        plan = self._plan
        ids = {one.id for one in candidates if one.id is not None}
        answer = plan.options.doubles.get(str(person.line), "")
        if answer not in {MAKE, LEAVE, *ids}:
            answer = ""
        chosen = answer or plan.options.other_doubles
        if chosen == LEAVE:
            plan.left.add(person.ref)
            plan.refused_people |= {packed_id(one) for one in ids}
            plan.tally.mark(person.file, person.line, LEFT)
        plan.doubt(person, person_label(given), given, [one.shown() for one in candidates], answer)
        return "" if chosen in (MAKE, LEAVE) else chosen

    def _match(self, person: RosterPerson, given: Body, known: _Known) -> Body | None:
        """Find the person by external id, then number, username, email; a stronger sign that differs forbids it."""
        linked = known.bodies.get(known.linked.get(person.ref, ""))
        if linked is not None:
            return linked
        folded = folded_values(given)
        for at, name in enumerate(IDENTITIES):
            body = known.bodies.get(known.holders.get((name, folded.get(name, "")), ""))
            if body is None:
                continue
            theirs = folded_values(body)
            differs = any(
                folded.get(other, theirs.get(other)) != theirs.get(other) and other in theirs
                for other in IDENTITIES[:at]
            )
            return None if differs else body
        return None

    def _keeps(self, person: RosterPerson, given: Body, body: Body | None, known: _Known) -> bool:
        """Tell whether the row can be kept; what is wrong with it goes to the findings."""
        if person.status is RecordStatus.REMOVED:
            return True
        if body is not None and packed_id(body["id"]) in self._plan.seen_people:
            self._report("person_matched_twice", person, value=person.ref, holder=person_label(body))
            return False
        for name, value in folded_values(given).items():
            holder = known.holders.get((name, value))
            if holder is not None and (body is None or holder != body["id"]):
                label = person_label(known.bodies[holder])
                self._report("value_taken_here", person, column=name, value=given[name], holder=label)
                return False
        return self._fits(person, given, body)

    def _fits(self, person: RosterPerson, given: Body, body: Body | None) -> bool:
        for name, value in given.items():
            if len(value) > MOST_LETTERS.get(name, len(value)):
                self._plan.findings.error(
                    *("value_too_long", person.file, person.line),
                    column=name, value=value, found=len(value), expected=MOST_LETTERS[name],
                )  # fmt: skip
                return False
            known = body is not None and body.get(name) == value
            reason = None if known else rules.field_error(name, value, self._plan.today)
            if reason:
                self._report("field_refused", person, column=name, value=value, reason=reason)
                return False
        if body is None and person.status is RecordStatus.SUSPENDED:
            self._report("new_person_suspended", person, value=person_label(given))
            return False
        roles = said_roles(person)
        gained = set(roles) - set(body["roles"]) if body is not None else set(roles)
        if body is not None and not self._plan.options.sets_roles:
            gained = set()
        if gained and not may_assign_roles(self._plan.actor, tuple(gained), self._plan.grants):
            self._report("role_not_allowed", person, value=", ".join(sorted(gained - {Role.STUDENT})))
            return False
        return True

    def _new(self, person: RosterPerson, given: Body, private: Fields) -> None:
        plan = self._plan
        if person.status is RecordStatus.REMOVED:
            plan.unchanged(PERSON, person.file, person.line)
            return
        person_id = plan.new_id()
        roles = said_roles(person)
        fields = created_fields({**given, "roles": list(roles)})
        label = person_label(given)
        plan.people[person.ref] = packed_id(person_id)
        plan.seen_people.add(packed_id(person_id))
        plan.name(person_id, label)
        if roles != (Role.STUDENT,):
            plan.new_roles[person.ref] = roles
        made = Change(PERSON, person_id, ChangeType.CREATED, label, fields, None, self._ref(person.ref))
        plan.put(SPOOL, made, at=person)
        if private:
            self._profiles.put(person_id, label, private, person)
        if self._doubles is not None:
            self._doubles.remember(person, given)
        plan.tally.mark(person.file, person.line, "created")

    def _known_person(self, person: RosterPerson, given: Body, body: Body, private: Fields, *, linked: bool) -> None:
        plan = self._plan
        label = person_label(body)
        plan.name(body["id"], label)
        removed = person.status is RecordStatus.REMOVED
        fields = self._removal(body) if removed else self._changes(person, given, body)
        if (fields or private) and not may_change_person(plan.actor, frozenset(body["roles"]), plan.grants):
            self._report("person_not_allowed", person, value=label)
            return
        external_id = None if linked else self._ref(person.ref)
        if fields:
            change = ChangeType.DEACTIVATED if removed else ChangeType.UPDATED
            made = Change(PERSON, body["id"], change, label, fields, body["revision"], external_id)
            plan.put(SPOOL, made, at=person)
            plan.tally.mark(person.file, person.line, change)
        if private:
            self._profiles.put(body["id"], label, private, person)
            plan.tally.mark(person.file, person.line, ChangeType.UPDATED)
        if fields:
            return
        plan.unchanged(PERSON, person.file, person.line, label)
        if external_id is not None and not removed:
            plan.put(SPOOL, Change(PERSON, body["id"], ChangeType.LINKED, label, external_id=external_id))

    def _removal(self, body: Body) -> Fields:
        own = body["id"] == self._plan.actor.person_id
        return {} if own or body["state"] != PersonState.ACTIVE else {"state": ["active", "inactive"]}

    def _changes(self, person: RosterPerson, given: Body, body: Body) -> Fields:
        fields: Fields = {name: [body.get(name), value] for name, value in given.items() if body.get(name) != value}
        if person.status is RecordStatus.SUSPENDED:
            if body["state"] != PersonState.SUSPENDED and body["id"] != self._plan.actor.person_id:
                fields["state"] = [body["state"], "suspended"]
        elif body["state"] == PersonState.INACTIVE:
            fields["state"] = ["inactive", "active"]
        roles = self._roles(said_roles(person), body) if self._plan.options.sets_roles else body["roles"]
        if sorted(roles) != sorted(body["roles"]):
            fields["roles"] = [list(body["roles"]), list(roles)]
        return fields

    def _roles(self, said: tuple[str, ...], body: Body) -> list[str]:
        """Return the roles that a person has then: all those said in bulk, the added ones in a delta."""
        present = [str(role) for role in body["roles"]]
        if not said:
            return present
        kept = present
        if self._full_roles and body["id"] != self._plan.actor.person_id:
            kept = [role for role in present if role not in SAYABLE or role in said]
        return [*kept, *(role for role in said if role not in kept)]

    def changes(self, records: Iterable[RosterPersonChange]) -> None:
        """Plan roles gained or lost and dates of birth of people whose own rows came earlier or not at all."""
        for chunk in chunks(records):
            unknown = [one.ref for one in chunk if one.ref not in self._plan.people]
            linked = self._plan.lookups.external(PERSON, unknown) if self._linking else {}
            ids = {one.ref: self._id_of(one.ref, linked) for one in chunk}
            bodies = self._plan.lookups.by_id(PERSON, (one for one in ids.values() if one))
            for change in chunk:
                self._more(change, ids[change.ref], bodies)

    def _id_of(self, ref: str, linked: Mapping[str, str]) -> str | None:
        packed = self._plan.people.get(ref)
        return unpacked_id(packed) if packed else linked.get(ref)

    def _more(self, change: RosterPersonChange, person_id: str | None, bodies: Mapping[str, Body]) -> None:
        plan = self._plan
        if person_id is None:
            if change.ref not in plan.people:
                column = "sourcedId" if change.date_of_birth else "userSourcedId"
                plan.findings.error("unknown_person", change.file, change.line, column=column, value=change.ref)
            return
        body = bodies.get(person_id)
        present = list(body["roles"]) if body else list(plan.new_roles.get(change.ref, (Role.STUDENT,)))
        added, removed = known_roles(change.added_roles), set(known_roles(change.removed_roles))
        roles = [role for role in present if role not in removed]
        roles += [role for role in added if role not in roles]
        fields: Fields = {}
        if sorted(roles) != sorted(present):
            fields["roles"] = [present, roles]
        born = change.date_of_birth.isoformat() if change.date_of_birth else None
        if born and (body is None or body["date_of_birth"] != born):
            fields["date_of_birth"] = [body["date_of_birth"] if body else None, born]
        if not fields:
            plan.tally.mark(change.file, change.line, "unchanged")
            return
        reason = rules.field_error("date_of_birth", born, plan.today) if "date_of_birth" in fields else None
        if reason:
            place = (change.file, change.line)
            report(plan.findings, "field_refused", *place, column="birthDate", value=born, reason=reason)
            return
        if "roles" in fields and not may_assign_roles(plan.actor, tuple({*roles, *present}), plan.grants):
            roles_said = ", ".join(sorted(set(roles) ^ set(present)))
            report(plan.findings, "role_not_allowed", change.file, change.line, value=roles_said)
            return
        label = person_label(body) if body else plan.names.get(person_id, change.ref)
        plan.put(SPOOL, Change(PERSON, person_id, ChangeType.UPDATED, label, fields), counted=body is not None)
        plan.tally.mark(change.file, change.line, ChangeType.UPDATED)

    def _ref(self, ref: str) -> str | None:
        return ref if self._linking else None

    def _report(self, code: str, person: RosterPerson, **places: Any) -> None:
        report(self._plan.findings, code, person.file, person.line, **places)
