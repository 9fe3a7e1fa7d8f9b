"""What the commands of application forms do: design them, change them, publish and close them."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from server.admissions.kinds import FORM_KIND
from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.entities import Body, chosen_values, edit
from server.core.sql import SetSql
from shared.admissions.commands import FORM_FIELDS, PAYLOADS
from shared.admissions.form_rules import form_fault
from shared.admissions.permissions import may_edit_admissions
from shared.admissions.projections import form_from, next_version
from shared.admissions.vocabulary import FormState
from shared.core.conflict import Conflict
from shared.core.text import text

_COURSES = SetSql("SELECT c.id FROM {ids} i {by} course c ON c.id = i.id WHERE c.organisation_id = :organisation_id")
_COHORTS = SetSql(
    "SELECT c.id, c.course_id FROM {ids} i {by} cohort c ON c.id = i.id WHERE c.organisation_id = :organisation_id"
)


def _may(item: Item) -> bool:
    return item.accepted or may_edit_admissions(item.author)


def _not_allowed(item: Item) -> Decision:
    return rejected(item, "not_allowed", text("Your role doesn't design application forms. Ask the office."))


def add(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Design forms."""
    bodies: list[Body] = []
    refused: dict[str, Decision] = {}
    for item in items:
        body = form_from(item.command)
        refusal = _refusal(batch, item, body)
        if refusal is None:
            bodies.append(body)
        else:
            refused[item.command.id] = refusal
    inserted = FORM_KIND.insert(batch, bodies)
    return [refused.get(item.command.id) or _made(item, inserted) for item in items]


def _made(item: Item, inserted: set[str]) -> Decision:
    return applied(item.command.id) if item.target.id in inserted else agreed(None, existing_id=item.target.id)


def _refusal(batch: Batch, item: Item, body: Body) -> Decision | None:
    if not _may(item):
        return _not_allowed(item)
    if not _has_course(batch, body):
        return rejected(item, "course_unknown", text("This course isn't there. Choose another one."))
    fault = form_fault(body)
    return rejected(item, "form_invalid", fault.sentence, fields={fault.where: fault.sentence}) if fault else None


def _has_course(batch: Batch, body: Body) -> bool:
    places = {"organisation_id": batch.organisation_id}
    if not batch.db.rows(_COURSES, ids=orjson.dumps([body["course_id"]]).decode(), **places):
        return False
    if body["cohort_id"] is None:
        return True
    rows = batch.db.rows(_COHORTS, ids=orjson.dumps([body["cohort_id"]]).decode(), **places)
    return bool(rows) and rows[0][1] == body["course_id"]


def edit_forms(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Change forms; what they ask being another makes another version."""
    before = FORM_KIND.read(batch, (item.target.id for item in items))
    decisions = edit(batch, FORM_KIND, items, _check)
    after = FORM_KIND.read(batch, before)
    numbered = [next_version(before[key], body) for key, body in after.items()]
    FORM_KIND.update(batch, [body for body in numbered if body["version"] != after[body["id"]]["version"]])
    return decisions


def _check(batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    if not _may(item):
        return _not_allowed(item)
    if not set(wanted) <= set(FORM_FIELDS):
        return rejected(item, "field_unknown", text("This can't be set here."))
    if "state" in wanted and wanted["state"] not in frozenset(FormState):
        return rejected(item, "field_invalid", text("Choose a state."))
    if body["state"] != FormState.DRAFT and wanted.get("state") == FormState.DRAFT:
        # Computers of applicants have it already, and nothing would take it back from them.
        words = text("This form was published. Close it, or design a new one.")
        return rejected(item, "form_published", words)
    return _refusal(batch, item, {**body, **wanted})


def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Write the chosen parts of a form, where it holds together with them."""
    body = FORM_KIND.read(batch, [conflict.entity_id]).get(conflict.entity_id)
    chosen = chosen_values(conflict, choices)
    if body is None or all(body[name] == value for name, value in chosen.items()):
        return
    after = {**body, **chosen, "revision": item.command.id}
    if form_fault(after) is None:
        FORM_KIND.update(batch, [next_version(body, after)])


COMMANDS = (
    CommandType("AddApplicationForm", PAYLOADS["AddApplicationForm"], add),
    CommandType("EditApplicationForm", PAYLOADS["EditApplicationForm"], edit_forms),
)
