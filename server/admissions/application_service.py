"""What applicants do, and staff for them: begin an application, keep answers, send it, and take it back."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.admissions import fees
from server.admissions.ground import applications_of, day_of, not_yours, refused
from server.admissions.kinds import APPLICATION_KIND, DESK, ENQUIRY_KIND, EVENT_KIND, FORM_KIND, event
from server.core import conflicts
from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.entities import Body, missing
from server.finance.code_service import keep_of_application
from server.people.institute_day import local
from server.people.numbering_service import next_count
from server.people.person_kind import PERSON_KIND
from shared.admissions.commands import PAYLOADS
from shared.admissions.form_rules import closed_words, code_of, draft_fault, is_empty, parts_by_key, tidy_answer
from shared.admissions.form_rules import missing as lacking
from shared.admissions.permissions import may_fill_in
from shared.admissions.projections import application_from, converted, submitted, with_answers, withdrawn
from shared.admissions.rules import application_number, fee_refusal, submit_refusal, withdraw_refusal
from shared.admissions.vocabulary import (
    APPLICATION,
    OPEN_STATES,
    ApplicationState,
    DocumentCheck,
    EnquiryState,
    EventKind,
)
from shared.core.fields import FieldChange, merge_fields
from shared.core.outcome import Verdict
from shared.core.text import text

ANSWERS = "answers"
"""The group of conflicts between two who fill in one application."""


def start(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Begin applications: each gets its number, and its fee is charged."""
    forms = FORM_KIND.read(batch, (item.payload.form_id for item in items))
    people = PERSON_KIND.read(batch, (item.payload.person_id for item in items))
    running = applications_of(batch, people)
    known = APPLICATION_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    for item in items:
        form, person = forms.get(item.payload.form_id), people.get(item.payload.person_id)
        if item.target.id in known:
            decisions.append(agreed(known[item.target.id]["revision"]))
            continue
        decision = _start_refusal(batch, item, form, person, running)
        if decision is None and form is not None and person is not None:
            body = _begin(batch, item, form, person)
            running.setdefault(person["id"], []).append(body)
            decision = applied(item.command.id, number=body["number"])
        decisions.append(decision or missing(batch, item, APPLICATION))
    return decisions


def _start_refusal(
    batch: Batch, item: Item, form: Body | None, person: Body | None, running: Mapping[str, Sequence[Body]]
) -> Decision | None:
    if not item.accepted and not may_fill_in(item.author, item.payload.person_id):
        return rejected(item, "not_allowed", text("You apply for yourself only. Ask the office."))
    if form is None or person is None:
        message = text("The form or the person hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, APPLICATION, DESK)
    closed = closed_words(form, day_of(batch, item))
    if closed:
        return rejected(item, "form_closed", closed)
    other = next((one for one in running.get(person["id"], ()) if one["form_id"] == form["id"]), None)
    if other is not None:
        words = text("There is an application with this form already: {number}.", number=other["number"])
        return rejected(item, "application_exists", words, existing_id=other["id"])
    return None


def _begin(batch: Batch, item: Item, form: Body, person: Body) -> Body:
    body = application_from(item.command, form)
    year = local(batch, batch.now).year
    body["number"] = application_number(year, next_count(batch, f"application:{year}"))
    name = " ".join(part for part in (person["given_name"], person.get("family_name")) if part)
    body["name"] = (body["name"] or name)[:200]
    for field in ("email", "phone"):
        body[field] = body[field] or person.get(field) or ""
    APPLICATION_KIND.insert(batch, [body])
    EVENT_KIND.insert(batch, [event(item, body, EventKind.STARTED)])
    fees.charge_fee(batch, item, body)
    enquiries = ENQUIRY_KIND.read(batch, [item.payload.enquiry_id] if item.payload.enquiry_id else [])
    waiting = [one for one in enquiries.values() if one["state"] != EnquiryState.CONVERTED]
    ENQUIRY_KIND.update(batch, [converted(one, body["id"], item.command.id) for one in waiting])
    return body


# ------------------------------------------------------------------------------------------------------- filling in


def save(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Keep answers; what two wrote into one field at once is a conflict of that field."""
    present = APPLICATION_KIND.read(batch, (item.target.id for item in items))
    standings = batch.standings(items, {key: body["revision"] for key, body in present.items()})
    written: list[Body] = []
    decisions: list[Decision] = []
    for item, standing in zip(items, standings, strict=True):
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, APPLICATION))
            continue
        refusal = _save_refusal(item, body)
        if refusal is not None:
            decisions.append(refusal)
            continue
        decision, after = _merged(batch, item, body, stale=standing.stale)
        decisions.append(decision)
        written += [after] if after else []
    APPLICATION_KIND.update(batch, written)
    return decisions


def _save_refusal(item: Item, body: Body) -> Decision | None:
    if not item.accepted and not may_fill_in(item.author, body["person_id"]):
        return not_yours(item)
    fault = fee_refusal(body)
    if fault is not None:
        return refused(item, fault)
    parts, asked = parts_by_key(body["content"]), set(item.payload.changes)
    if not asked <= set(parts):
        return rejected(item, "field_unknown", text("This field isn't in the form any more. Open the form again."))
    if body["state"] != ApplicationState.DRAFT and not _may_send_again(body, asked):
        return rejected(item, "application_sent", text("This application was sent already. Ask the office."))
    for key, change in item.payload.changes.items():
        words = draft_fault(parts[key], change.new)
        if words:
            return rejected(item, "field_invalid", words, fields={key: words})
    return None


def _may_send_again(body: Body, keys: set[str]) -> bool:
    """A document that staff asked for once more is sent after the application, too."""
    wanted = {key for key, state in body["document_checks"].items() if state == DocumentCheck.UNREADABLE}
    return body["state"] in OPEN_STATES and keys <= wanted


def _merged(batch: Batch, item: Item, body: Body, *, stale: bool) -> tuple[Decision, Body | None]:
    parts = parts_by_key(body["content"])
    changes = {
        key: FieldChange(old=tidy_answer(parts[key], one.old), new=tidy_answer(parts[key], one.new))
        for key, one in item.payload.changes.items()
    }
    merge = merge_fields({key: bare(value) for key, value in body["answers"].items()}, changes, stale=stale)
    after = with_answers(body, merge.applied, item.command.id) if merge.applied else None
    if not merge.clashing:
        return (applied(item.command.id) if after else agreed(body["revision"])), after
    theirs = {key: body["answers"].get(key) for key in merge.clashing}
    mine = {key: changes[key].new for key in merge.clashing}
    known = conflicts.find_open(batch, APPLICATION, body["id"], ANSWERS)
    before = None if known else conflicts.side_from_log(batch, body["revision"], theirs)
    subject = APPLICATION_KIND.subject(body, ANSWERS)
    conflict_id = conflicts.open_conflict(batch, subject, before, conflicts.side_of(batch, item, mine), merge.clashing)
    revision = item.command.id if after else body["revision"]
    return Decision(Verdict.CONFLICT, revision, conflict_id, details={"fields": merge.clashing}), after


def bare(value: Any) -> Any:
    """Return an answer without what the server alone says of a file."""
    if not isinstance(value, Mapping):
        return value
    return {name: one for name, one in value.items() if name not in ("state", "why")}


def submit(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Send applications that are complete and whose fee is paid."""
    present = APPLICATION_KIND.read(batch, (item.target.id for item in items))
    forms = FORM_KIND.read(batch, (body["form_id"] for body in present.values()))
    written: list[Body] = []
    decisions: list[Decision] = []
    for item in items:
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, APPLICATION))
            continue
        if body["state"] == ApplicationState.PENDING:
            decisions.append(agreed(body["revision"]))
            continue
        refusal = _submit_refusal(batch, item, body, forms[body["form_id"]])
        if refusal is None:
            written.append(submitted(body, item.command))
        decisions.append(refusal or applied(item.command.id))
    APPLICATION_KIND.update(batch, written)
    by_id = {item.command.id: item for item in items}
    for one in written:
        if code := code_of(one):
            keep_of_application(batch, one["revision"], one, code)
    EVENT_KIND.insert(batch, [event(by_id[one["revision"]], one, EventKind.SUBMITTED) for one in written])
    return decisions


def _submit_refusal(batch: Batch, item: Item, body: Body, form: Body) -> Decision | None:
    if not item.accepted and not may_fill_in(item.author, body["person_id"]):
        return not_yours(item)
    fault = submit_refusal(body)
    if fault is not None:
        return refused(item, fault)
    closed = closed_words(form, day_of(batch, item))
    if closed:
        return rejected(item, "form_closed", closed)
    left = lacking(body["content"], {key: bare(value) for key, value in body["answers"].items() if not is_empty(value)})
    if left:
        fields = {one.where: one.sentence for one in left}
        return rejected(item, "application_incomplete", left[0].sentence, fields=fields)
    return None


def withdraw(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Take applications back."""
    present = APPLICATION_KIND.read(batch, (item.target.id for item in items))
    written: list[Body] = []
    events: list[Body] = []
    decisions: list[Decision] = []
    for item in items:
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, APPLICATION))
        elif not item.accepted and not may_fill_in(item.author, body["person_id"]):
            decisions.append(not_yours(item))
        elif body["state"] == ApplicationState.WITHDRAWN:
            decisions.append(agreed(body["revision"]))
        elif (fault := withdraw_refusal(body)) is not None:
            decisions.append(refused(item, fault))
        else:
            written.append(withdrawn(body, item.command))
            events.append(event(item, body, EventKind.WITHDRAWN))
            decisions.append(applied(item.command.id))
    APPLICATION_KIND.update(batch, written)
    EVENT_KIND.insert(batch, events)
    return decisions


COMMANDS = (
    CommandType("StartApplication", PAYLOADS["StartApplication"], start),
    CommandType("SaveApplication", PAYLOADS["SaveApplication"], save),
    CommandType("SubmitApplication", PAYLOADS["SubmitApplication"], submit),
    CommandType("WithdrawApplication", PAYLOADS["WithdrawApplication"], withdraw),
)
