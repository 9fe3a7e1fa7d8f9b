"""One change that an import makes to one row, and the commands that carry it out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import orjson

from server.core.entities import EntityKind
from server.learning.enrolment_service import ENROLMENT_KIND
from server.learning.service import COHORT_KIND, COURSE_KIND, TERM_KIND
from server.people.person_kind import PERSON_KIND
from server.people.profile_service import PRIVATE_KIND, PROFILE_KIND
from shared.learning.vocabulary import ACADEMIC_TERM, COHORT, COURSE, ENROLMENT
from shared.people.commands import EDITABLE
from shared.people.profile_commands import ROW_OF
from shared.people.vocabulary import PERSON, PRIVATE_PROFILE, PROFILE

Fields = dict[str, list[Any]]
"""Field to [old, new]."""

KINDS: Mapping[str, EntityKind] = {
    PERSON: PERSON_KIND,
    ACADEMIC_TERM: TERM_KIND,
    COURSE: COURSE_KIND,
    COHORT: COHORT_KIND,
    ENROLMENT: ENROLMENT_KIND,
    PROFILE: PROFILE_KIND,
    PRIVATE_PROFILE: PRIVATE_KIND,
}
REMOVE = "RemoveImported"
_ADD = {
    PERSON: "AddPerson",
    ACADEMIC_TERM: "AddAcademicTerm",
    COURSE: "AddCourse",
    COHORT: "AddCohort",
    ENROLMENT: "EnrolPerson",
}
_EDIT = {
    PERSON: "EditPerson",
    ACADEMIC_TERM: "EditAcademicTerm",
    COURSE: "EditCourse",
    COHORT: "EditCohort",
}
_PROFILES = {kind: command for command, kind in ROW_OF.items()}
_STATE = {PERSON: "SetPersonState", ENROLMENT: "SetEnrolmentState"}
# Commands of one type stand together in a batch, so that each service decides many rows at once.
ORDER = (*_ADD.values(), *_EDIT.values(), *_PROFILES.values(), *_STATE.values(), "SetPersonRoles", REMOVE)


class ChangeType(StrEnum):
    """What happens to a row; `linked` alone remembers the id that another system gives it."""

    CREATED = "created"
    UPDATED = "updated"
    DEACTIVATED = "deactivated"
    REMOVED = "removed"
    LINKED = "linked"


@dataclass(slots=True)
class Change:
    """A change of one row. `base` is the revision that was seen, `external_id` what the roster calls the row.

    `owner` is the person of a row that hangs on one.
    """

    kind: str
    entity_id: str
    change: ChangeType
    label: str
    fields: Fields = field(default_factory=dict)
    base: str | None = None
    external_id: str | None = None
    command_ids: list[str] = field(default_factory=list)
    owner: str | None = None

    @property
    def revision(self) -> str:
        """The row's revision once the change is made."""
        return self.command_ids[-1]

    def asks(self) -> list[tuple[str, dict[str, Any]]]:
        """Return (command type, payload) of each command that the change needs, in their order."""
        if self.change is ChangeType.LINKED:
            return []
        if self.kind in _PROFILES and self.change is not ChangeType.REMOVED:
            asked = {"person_id": self.owner, "changes": _pairs(self.fields)}
            return [(_PROFILES[self.kind], asked)] if self.fields else []
        if self.change is ChangeType.CREATED:
            return [(_ADD[self.kind], {name: new for name, (_, new) in self.fields.items()})]
        if self.change is ChangeType.REMOVED:
            return [(REMOVE, {"kind": self.kind})]
        return list(self._edits())

    def _edits(self) -> Iterator[tuple[str, dict[str, Any]]]:
        states = {"state"} if self.kind in _STATE else set()
        special = states | ({"roles"} if self.kind == PERSON else set())
        plain = _pairs({name: pair for name, pair in self.fields.items() if name not in special})
        if plain:
            yield _EDIT[self.kind], {"changes": plain}
        if "state" in states and "state" in self.fields:
            old, new = self.fields["state"]
            yield _STATE[self.kind], {"state": new, "old_state": old, "reason": ""}
        if self.kind == PERSON and "roles" in self.fields:
            old, new = self.fields["roles"]
            yield "SetPersonRoles", {"roles": new, "old_roles": old}

    def packed(self) -> bytes:
        """Return the change as one line of JSON."""
        return orjson.dumps(
            [
                self.kind,
                self.entity_id,
                self.change,
                self.label,
                self.fields,
                self.base,
                self.external_id,
                self.command_ids,
                self.owner,
            ]
        )


def _pairs(fields: Fields) -> dict[str, Any]:
    return {name: {"old": old, "new": new} for name, (old, new) in fields.items()}


def unpacked(line: bytes) -> Change:
    """Return the change that `packed` made a line of."""
    kind, entity_id, change, *rest = orjson.loads(line)
    return Change(kind, entity_id, ChangeType(change), *rest)


def created_fields(values: Mapping[str, Any]) -> Fields:
    """Return the fields of a new row; what is empty is left to the command's defaults."""
    return {name: [None, value] for name, value in values.items() if value not in (None, "")}


def person_label(body: Mapping[str, Any]) -> str:
    """Return how lists name a person: the names, and the number where there is one."""
    name = " ".join(part for part in (body.get("given_name"), body.get("family_name")) if part)
    number = body.get("number")
    return (f"{name} ({number})" if number else name)[:200]


PERSON_FIELDS = EDITABLE
