"""What the commands of the learning area do: courses, cohorts, terms."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from server.core import conflicts
from server.core.batch import Batch, CommandType, Decision, Item, applied, rejected
from server.core.entities import Body, EntityKind, chosen_values, edit
from server.core.field_values import refused_values
from server.core.sql import SetSql
from server.learning import enrolment_service
from server.learning.tables import ACADEMIC_TERM, COHORT, COURSE
from shared.core.conflict import Conflict
from shared.core.outcome import Verdict
from shared.core.text import text
from shared.learning import vocabulary
from shared.learning.commands import COHORT_FIELDS, COURSE_FIELDS, PAYLOADS, AddAcademicTerm, AddCohort, AddCourse
from shared.learning.permissions import may_edit_courses
from shared.learning.rules import has_no_day, is_turned
from shared.people.vocabulary import ORGANISATION

_TEACHERS_GONE = SetSql(
    "DELETE FROM cohort_instructor WHERE organisation_id = :organisation_id AND cohort_id IN (SELECT id FROM {ids} i)"
)
_TEACHERS_PUT = SetSql(
    "INSERT INTO cohort_instructor (organisation_id, person_id, cohort_id)"
    " SELECT :organisation_id, p.id, r.cohort_id FROM {rows} r"
    " JOIN person p ON p.organisation_id = :organisation_id AND p.id = r.person_id WHERE true ON CONFLICT DO NOTHING",
    person_id="text",
    cohort_id="text",
)


def _everybody(body: Body) -> tuple[str, str | None]:
    return f"{ORGANISATION}:{body['organisation_id']}", None


def _catalogue(batch: Batch) -> str:
    return f"{ORGANISATION}:{batch.organisation_id}"


class _CatalogueKind(EntityKind):
    """Rows that everybody in the organisation sees; their scope is the organisation of the batch."""

    def publish(self, batch: Batch, body: Body) -> None:
        batch.changed(self.kind, body, _catalogue(batch), None, body.get(self.parent) if self.parent else None)

    def subject(self, body: Body, group: str = "fields") -> conflicts.Subject:
        return conflicts.Subject(self.kind, body["id"], group, self.title(body), "all")


COURSE_KIND = _CatalogueKind(
    kind=vocabulary.COURSE,
    table=COURSE,
    body_columns=COURSE_FIELDS,
    scopes=_everybody,
    title=lambda body: f"{body['code']} {body['title']}",
)
TERM_KIND = _CatalogueKind(
    kind=vocabulary.ACADEMIC_TERM,
    table=ACADEMIC_TERM,
    body_columns=("name", "starts_on", "ends_on"),
    scopes=_everybody,
    title=lambda body: str(body["name"]),
)
COHORT_KIND = EntityKind(
    kind=vocabulary.COHORT,
    table=COHORT,
    body_columns=("course_id", *COHORT_FIELDS),
    scopes=lambda body: (f"class:{body['id']}", None),
    title=lambda body: f"{body['code']} {body['name']}",
    parent="course_id",
    json_columns=frozenset({"instructors"}),
)


def not_allowed(item: Item) -> Decision:
    """Refuse for want of a permission."""
    return rejected(item, "not_allowed", text("Your role doesn't change courses. Ask the office."))


def days_turned(item: Item) -> Decision:
    """Refuse what would end before it begins."""
    return rejected(item, "field_invalid", text("The last day lies before the first one. Set other days."))


def _add(
    batch: Batch, kind: EntityKind, items: Sequence[Item], bodies: Mapping[str, Body], unique: str
) -> list[Decision]:
    """Insert rows; a value of `unique` that another row has becomes a conflict."""
    turned = {key for key, body in bodies.items() if is_turned(body)}
    inserted = kind.insert(batch, [body for key, body in bodies.items() if key not in turned])
    decisions = []
    for item in items:
        body = bodies.get(item.command.id)
        if body is None:
            decisions.append(not_allowed(item))
        elif item.command.id in turned:
            decisions.append(days_turned(item))
        elif body["id"] in inserted:
            decisions.append(applied(item.command.id))
        else:
            decisions.append(_taken(batch, kind, item, body, unique))
    return decisions


def _taken(batch: Batch, kind: EntityKind, item: Item, body: Body, unique: str) -> Decision:
    found = batch.db.one(
        f"SELECT id FROM {kind.table.name} WHERE organisation_id = :o AND {unique} = :value",  # noqa: S608 - our own names
        o=batch.organisation_id,
        value=body[unique],
    )
    holder_id = found[0] if found else body["id"]
    holder = kind.read(batch, [holder_id]).get(holder_id)
    if holder is None:
        return rejected(item, "course_unknown", text("The course of this cohort isn't there. Choose another one."))
    shown = {name: body[name] for name in kind.body_columns if body.get(name) != holder.get(name)} or {
        unique: body[unique]
    }
    theirs = conflicts.side_from_log(batch, holder["revision"], {name: holder.get(name) for name in shown})
    mine = conflicts.side_of(batch, item, shown)
    conflict_id = conflicts.open_conflict(
        batch, kind.subject(holder, f"same:{unique}"), theirs, mine, tuple(shown), "value_taken"
    )
    message = text("{name} is there already. Both versions are kept until someone chooses.", name=kind.title(holder))
    return Decision(Verdict.CONFLICT, item.target.base, conflict_id, "value_taken", message, {"holder": holder_id})


def add_courses(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Add courses."""
    return _add(batch, COURSE_KIND, items, _bodies(items, COURSE_FIELDS, {"archived": False}), "code")


def add_terms(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Add academic terms."""
    return _add(batch, TERM_KIND, items, _bodies(items, ("name", "starts_on", "ends_on"), {}), "name")


def _bodies(items: Sequence[Item], fields: Sequence[str], extra: Body) -> dict[str, Body]:
    return {
        item.command.id: {
            **{name: getattr(item.payload, name) for name in fields if hasattr(item.payload, name)},
            **extra,
            "id": item.target.id,
            "revision": item.command.id,
        }
        for item in items
        if item.accepted or may_edit_courses(item.author)
    }


def add_cohorts(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Add cohorts with the people who teach them; a cohort of an unknown course waits for it."""
    known = COURSE_KIND.read(batch, (item.payload.course_id for item in items))
    bodies = {
        key: {**body, "course_id": payload.course_id, "instructors": list(payload.instructors)}
        for key, body in _bodies(items, COHORT_FIELDS, {"archived": False}).items()
        for payload in [next(item.payload for item in items if item.command.id == key)]
    }
    present = {key: body for key, body in bodies.items() if body["course_id"] in known}
    decisions = _add(batch, COHORT_KIND, items, present, "code")
    for at, item in enumerate(items):
        if item.command.id in bodies and item.command.id not in present:
            decisions[at] = enrolment_service.waits(vocabulary.COHORT)
    put_instructors(batch, [body for body in present.values() if body["id"] in batch.created])
    return decisions


def put_instructors(batch: Batch, bodies: Sequence[Body]) -> None:
    """Store who teaches the cohorts, for scopes and permissions."""
    if not bodies:
        return
    ids = orjson.dumps([body["id"] for body in bodies]).decode()
    batch.db.run(_TEACHERS_GONE, organisation_id=batch.organisation_id, ids=ids)
    rows = [{"person_id": one, "cohort_id": body["id"]} for body in bodies for one in body["instructors"]]
    if rows:
        batch.db.run(_TEACHERS_PUT, organisation_id=batch.organisation_id, rows=orjson.dumps(rows).decode())
    batch.access_changed = True


def _check_course(batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    refusal = _check(item, wanted, COURSE_FIELDS, ("code", "title")) or refused_values(item, AddCourse, wanted)
    return refusal or _taken_by_other(batch, COURSE_KIND, item, body, wanted, "code")


def _check_cohort(batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    refusal = _check(item, wanted, COHORT_FIELDS, ("code", "name")) or _check_days(item, body, wanted, needed=False)
    refusal = refusal or refused_values(item, AddCohort, wanted)
    return refusal or _taken_by_other(batch, COHORT_KIND, item, body, wanted, "code")


def _taken_by_other(
    batch: Batch, kind: EntityKind, item: Item, body: Body, wanted: Mapping[str, Any], unique: str
) -> Decision | None:
    """Refuse an edit that would give a row the code or the name of another one."""
    if wanted.get(unique, body[unique]) == body[unique]:
        return None
    found = batch.db.one(
        f"SELECT id FROM {kind.table.name} WHERE organisation_id = :o AND {unique} = :value",  # noqa: S608 - our own names
        o=batch.organisation_id,
        value=wanted[unique],
    )
    holder = kind.read(batch, [found[0]]).get(found[0]) if found and found[0] != body["id"] else None
    if holder is None:
        return None
    return rejected(item, "value_taken", text("{name} has that already. Enter another.", name=kind.title(holder)))


def _check_days(item: Item, body: Body, wanted: Mapping[str, Any], *, needed: bool) -> Decision | None:
    if has_no_day(wanted, needed=needed):
        return rejected(item, "field_invalid", text("This is not a day. Enter one as 2026-11-20."))
    return days_turned(item) if is_turned({**body, **wanted}) else None


def _check(item: Item, wanted: Mapping[str, Any], fields: Sequence[str], needed: Sequence[str]) -> Decision | None:
    if not item.accepted and not may_edit_courses(item.author):
        return not_allowed(item)
    if not set(wanted) <= set(fields):
        return rejected(item, "field_unknown", text("This field can't be changed here."))
    if any(name in wanted and not str(wanted[name] or "").strip() for name in needed):
        return rejected(item, "field_invalid", text("Code and name can't be empty. Enter both."))
    return None


def edit_courses(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Edit courses field by field."""
    return edit(batch, COURSE_KIND, items, _check_course)


def edit_cohorts(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Edit cohorts field by field; who teaches takes effect at the next request."""
    decisions = edit(batch, COHORT_KIND, items, _check_cohort)
    changed = [item.target.id for item in items if "instructors" in item.payload.changes]
    if changed:
        put_instructors(batch, list(COHORT_KIND.read(batch, changed).values()))
    return decisions


def _check_term(batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    refusal = _check(item, wanted, TERM_KIND.body_columns, TERM_KIND.body_columns)
    refusal = refusal or _check_days(item, body, wanted, needed=True)
    refusal = refusal or refused_values(item, AddAcademicTerm, wanted)
    return refusal or _taken_by_other(batch, TERM_KIND, item, body, wanted, "name")


def edit_terms(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Edit academic terms field by field."""
    return edit(batch, TERM_KIND, items, _check_term)


def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Write the chosen values of a course's, term's or cohort's conflict."""
    kind = {one.kind: one for one in (COURSE_KIND, TERM_KIND, COHORT_KIND)}[conflict.kind]
    body = kind.read(batch, [conflict.entity_id]).get(conflict.entity_id)
    chosen = chosen_values(conflict, choices)
    if body is None or all(body.get(name) == value for name, value in chosen.items()):
        return
    kind.update(batch, [{**body, **chosen, "revision": item.command.id}])
    if "instructors" in chosen:
        put_instructors(batch, [{**body, **chosen}])


COMMANDS = (
    CommandType("AddCourse", PAYLOADS["AddCourse"], add_courses),
    CommandType("EditCourse", PAYLOADS["EditCourse"], edit_courses),
    CommandType("AddCohort", PAYLOADS["AddCohort"], add_cohorts),
    CommandType("EditCohort", PAYLOADS["EditCohort"], edit_cohorts),
    CommandType("AddAcademicTerm", PAYLOADS["AddAcademicTerm"], add_terms),
    CommandType("EditAcademicTerm", PAYLOADS["EditAcademicTerm"], edit_terms),
    CommandType("EnrolPerson", PAYLOADS["EnrolPerson"], enrolment_service.enrol),
    CommandType("SetEnrolmentState", PAYLOADS["SetEnrolmentState"], enrolment_service.set_states),
)
