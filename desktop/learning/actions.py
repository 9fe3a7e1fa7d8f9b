"""What the office does to courses, cohorts, enrolments and terms; everything here can be taken back."""

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.learning.checks import cohort_faults, course_faults, term_faults
from desktop.learning.words import enrolment_word
from desktop.people.actions import Done
from desktop.people.code_asks import asks_of
from desktop.people.words import full_name
from shared.core.command import MAX_TARGETS, Target
from shared.core.errors import CampusError
from shared.core.text import plural, text
from shared.learning.commands import COHORT_FIELDS, COURSE_FIELDS
from shared.learning.permissions import may_edit_courses, may_edit_enrolments
from shared.learning.vocabulary import COHORT, ENROLMENT, EnrolmentState
from shared.people.typed_codes import CodePlace
from shared.people.vocabulary import PERSON

Body = Mapping[str, Any]
TERM_FIELDS = ("name", "starts_on", "ends_on")
_NEVER_NONE = frozenset({"code", "title", "name", "description", "room", "category", "difficulty", "mode"})


def add_course(desk: Desk, values: Body) -> Done:
    """Add a course. Raises CampusError `not_allowed`, `field_invalid` (details: fields). Undo archives it."""
    _check_courses(desk)
    kept = {name: _tidy(name, values[name]) for name in COURSE_FIELDS if name in values and name != "archived"}
    _refuse(course_faults(desk.store, kept))
    return _add(desk, "AddCourse", kept, text("Course {name} added", name=kept["title"]), "EditCourse")


def edit_course(desk: Desk, shown: Body, wanted: Body) -> Done | None:
    """Save the fields of a course that differ from what was shown; None where nothing does."""
    _check_courses(desk)
    changes = _changes(shown, wanted, COURSE_FIELDS)
    _refuse(course_faults(desk.store, _new(changes), shown["id"]))
    title = str({**shown, **_new(changes)}["title"])
    return _edit(desk, "EditCourse", shown, changes, text("Course {name} changed", name=title))


def add_cohort(desk: Desk, course_id: str, values: Body) -> Done:
    """Add a cohort of a course. Raises as `add_course`. Undo archives it."""
    _check_courses(desk)
    kept = {name: _tidy(name, values[name]) for name in COHORT_FIELDS if name in values and name != "archived"}
    _refuse(cohort_faults(desk.store, kept))
    payload = {**kept, "course_id": course_id}
    return _add(desk, "AddCohort", payload, text("Cohort {name} added", name=kept["name"]), "EditCohort")


def edit_cohort(desk: Desk, shown: Body, wanted: Body) -> Done | None:
    """Save the fields of a cohort that differ from what was shown, its instructors among them."""
    _check_courses(desk)
    changes = _changes(shown, wanted, COHORT_FIELDS)
    _refuse(cohort_faults(desk.store, {**shown, **_new(changes)}, shown["id"]))
    name = str({**shown, **_new(changes)}["name"])
    return _edit(desk, "EditCohort", shown, changes, text("Cohort {name} changed", name=name))


def add_term(desk: Desk, values: Body) -> Done:
    """Add an academic term; it can be changed, not taken back."""
    _check_courses(desk)
    kept = {name: _tidy(name, values.get(name)) for name in TERM_FIELDS}
    _refuse(term_faults(kept))
    term_id = desk.ids()
    desk.commit([Ask("AddAcademicTerm", term_id, kept)])
    return Done(text("Term {name} added", name=kept["name"]), (), term_id)


def edit_term(desk: Desk, shown: Body, wanted: Body) -> Done | None:
    """Save the fields of a term that differ from what was shown."""
    _check_courses(desk)
    changes = _changes(shown, wanted, TERM_FIELDS)
    _refuse(term_faults({**shown, **_new(changes)}))
    name = str({**shown, **_new(changes)}["name"])
    return _edit(desk, "EditAcademicTerm", shown, changes, text("Term {name} changed", name=name))


def enrol(desk: Desk, cohort_id: str, person_ids: Sequence[str], code: str = "") -> Done | None:
    """Enrol several people at once; someone who left comes back, someone who attends is left alone.

    `code` is that of whoever sent them; whatever comes of it, they are enrolled. None where nobody is left to enrol.
    Raises CampusError `not_allowed`. Undo cancels the enrolments again.
    """
    _check_enrolments(desk)
    present = {one["person_id"]: one for one in desk.store.children(ENROLMENT, cohort_id)}
    people = desk.store.many(PERSON, person_ids)
    asks: list[Ask] = []
    for person_id in people:
        old = present.get(person_id)
        if old is None:
            payload = {"cohort_id": cohort_id, "person_id": person_id, "enrolled_on": _today(desk)}
            asks.append(Ask("EnrolPerson", desk.ids(), payload))
        elif old["state"] in {EnrolmentState.DROPPED, EnrolmentState.CANCELLED, EnrolmentState.COMPLETED}:
            asks.append(Ask("SetEnrolmentState", old["id"], {"state": "active", "old_state": old["state"]},
                            base=old["revision"]))  # fmt: skip
    if not asks:
        return None
    coming = list(people)
    commands = desk.commit([*asks, *asks_of(desk, code, coming, CodePlace.ENROLMENT, cohort_id)])[: len(asks)]
    undo = tuple(
        Ask("SetEnrolmentState", command.target_id,
            {"state": command.payload.get("old_state", "cancelled"), "old_state": "active"}, base=command.id)
        for command in commands
    )  # fmt: skip
    name = full_name(next(iter(people.values())))
    cohort = (desk.store.get(COHORT, cohort_id) or {}).get("name", "")
    words = plural("{name} enrolled in {cohort}", "{n} people enrolled in {cohort}", len(asks), name=name,
                   cohort=cohort)  # fmt: skip
    return Done(words, undo, commands[0].target_id, len(person_ids) - len(asks))


def set_enrolments(desk: Desk, enrolment_ids: Sequence[str], state: EnrolmentState) -> Done | None:
    """Move enrolments to a state; None where all are in it. Raises CampusError `not_allowed`."""
    _check_enrolments(desk)
    rows = [one for one in desk.store.many(ENROLMENT, enrolment_ids).values() if one["state"] != state]
    if not rows:
        return None
    asks: list[Ask] = []
    for old in sorted({str(one["state"]) for one in rows}):
        group = [one for one in rows if one["state"] == old]
        for start in range(0, len(group), MAX_TARGETS):
            part = group[start : start + MAX_TARGETS]
            more = tuple(Target(id=one["id"], base=one["revision"]) for one in part[1:])
            payload = {"state": str(state), "old_state": old}
            asks.append(Ask("SetEnrolmentState", part[0]["id"], payload, part[0]["revision"], more))
    commands = desk.commit(asks)
    undo = tuple(
        Ask("SetEnrolmentState", command.target_id,
            {"state": command.payload["old_state"], "old_state": str(state)}, command.id,
            tuple(Target(id=target.id, base=command.id) for target in command.more_targets))
        for command in commands
    )  # fmt: skip
    name = full_name(desk.store.get(PERSON, rows[0]["person_id"]))
    words = plural("{name}: {state}", "{n} enrolments: {state}", len(rows), name=name, state=enrolment_word(str(state)))
    return Done(words, undo, rows[0]["id"], len(enrolment_ids) - len(rows))


def confirm(desk: Desk, enrolment: Body, person_id: str | None = None) -> Done:
    """Confirm someone who walked in; `person_id` puts the enrolment on someone already known.

    Undo lets the enrolment wait again; the person it was put on stays.
    """
    _check_enrolments(desk)
    other = person_id if person_id != enrolment["person_id"] else None
    command = desk.commit([Ask("ConfirmEnrolment", enrolment["id"], {"person_id": other}, enrolment["revision"])])[0]
    payload = {"state": str(EnrolmentState.PENDING), "old_state": str(EnrolmentState.ACTIVE)}
    undo = Ask("SetEnrolmentState", enrolment["id"], payload, base=command.id)
    name = full_name(desk.store.get(PERSON, other or enrolment["person_id"]))
    return Done(text("{name} confirmed", name=name), (undo,), enrolment["id"])


def _today(desk: Desk) -> str:
    return desk.clock.now().date().isoformat()


def _tidy(name: str, value: Any) -> Any:
    kept = value.strip() if isinstance(value, str) else value
    return (kept or "") if name in _NEVER_NONE else (kept if kept != "" else None)


def _changes(shown: Body, wanted: Body, fields: Sequence[str]) -> dict[str, dict[str, Any]]:
    kept = {name: _tidy(name, wanted[name]) for name in fields if name in wanted}
    differing = {name: value for name, value in kept.items() if not _same(value, shown.get(name))}
    return {name: {"old": shown.get(name), "new": value} for name, value in differing.items()}


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) or (one in (None, "", [], False) and other in (None, "", [], False))


def _new(changes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: change["new"] for name, change in changes.items()}


def _add(desk: Desk, command_type: str, payload: Body, words: str, edit_type: str) -> Done:
    new_id = desk.ids()
    command = desk.commit([Ask(command_type, new_id, payload)])[0]
    back = Ask(edit_type, new_id, {"changes": {"archived": {"old": False, "new": True}}}, base=command.id)
    return Done(words, (back,), new_id)


def _edit(desk: Desk, command_type: str, shown: Body, changes: Mapping[str, Any], words: str) -> Done | None:
    if not changes:
        return None
    command = desk.commit([Ask(command_type, shown["id"], {"changes": changes}, base=shown["revision"])])[0]
    back = {name: {"old": change["new"], "new": change["old"]} for name, change in changes.items()}
    return Done(words, (Ask(command_type, shown["id"], {"changes": back}, base=command.id),), shown["id"])


def _check_courses(desk: Desk) -> None:
    if not may_edit_courses(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't change courses. Ask the office."))


def _check_enrolments(desk: Desk) -> None:
    if not may_edit_enrolments(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't enrol people. Ask the office."))


def _refuse(found: Mapping[str, str]) -> None:
    if found:
        raise CampusError("field_invalid", next(iter(found.values())), {"fields": dict(found)})
