"""What people do in admissions: note and follow up, design forms, apply, review, decide, and take that back."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from desktop.admissions.store import places_left
from desktop.core.desk import Desk
from desktop.core.file_transfer import Chosen
from desktop.core.outbox import Ask
from desktop.finance.account_store import today_of
from desktop.people.code_asks import asks_of
from shared.admissions.commands import ENQUIRY_FIELDS, FORM_FIELDS
from shared.admissions.enquiry_rules import enquiry_fault, said_fault
from shared.admissions.form_rules import (
    DOCUMENT_TYPES,
    MOST_DOCUMENT_BYTES,
    Fault,
    closed_words,
    draft_fault,
    form_fault,
    missing,
    parts_by_key,
    tidy_answer,
)
from shared.admissions.permissions import is_own, may_decide, may_edit_admissions, may_fill_in
from shared.admissions.rules import (
    Refusal,
    decision_refusal,
    fee_refusal,
    offer_refusal,
    own_refusal,
    submit_refusal,
    undo_refusal,
    withdraw_refusal,
)
from shared.admissions.vocabulary import APPLICATION, APPLICATION_FORM, ApplicationState, DocumentCheck, FormState
from shared.core.errors import CampusError
from shared.core.file_limits import FilePurpose
from shared.core.text import text
from shared.people.typed_codes import CodePlace
from shared.people.vocabulary import PERSON

Body = Mapping[str, Any]


def _stop(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise CampusError(refusal.code, refusal.sentence)


def _check(fault: Fault | None) -> None:
    if fault is not None:
        raise CampusError("field_invalid", fault.sentence, {"fields": {fault.where: fault.sentence}})


def _author(desk: Desk) -> dict[str, str]:
    return {"author_id": desk.actor.person_id, "author_name": desk.actor.name}


def _need_editor(desk: Desk) -> None:
    if not may_edit_admissions(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't keep enquiries and forms. Ask the registrar."))


def _changes(shown: Body, wanted: Body, fields: Sequence[str]) -> dict[str, Any]:
    return {
        name: {"old": shown.get(name), "new": wanted[name]}
        for name in fields
        if name in wanted and wanted[name] != shown.get(name)
    }


# -------------------------------------------------------------------------------------------------------- enquiries


def record_enquiry(desk: Desk, values: Body) -> str:
    """Note an enquiry; returns its id. Raises CampusError `not_allowed`, `field_invalid` (details: fields)."""
    _need_editor(desk)
    _check(enquiry_fault({"state": "open", **values}))
    enquiry_id = desk.ids()
    desk.commit([Ask("RecordEnquiry", enquiry_id, {**values, **_author(desk)})])
    return enquiry_id


def edit_enquiry(desk: Desk, shown: Body, wanted: Body) -> bool:
    """Save what differs of an enquiry; False where nothing does. Raises what `record_enquiry` does."""
    _need_editor(desk)
    _check(enquiry_fault({**shown, **wanted}))
    changes = _changes(shown, wanted, ENQUIRY_FIELDS)
    if changes:
        desk.commit([Ask("EditEnquiry", shown["id"], {"changes": changes}, base=shown["revision"])])
    return bool(changes)


def follow_up(desk: Desk, shown: Body, words: str, day: str | None) -> None:
    """Note what was said, and when to ask again. Raises CampusError `not_allowed`, `field_invalid`."""
    _need_editor(desk)
    _check(said_fault(words, day, len(shown["said"])))
    payload = {"words": words.strip(), "follow_up_on": day, **_author(desk)}
    desk.commit([Ask("FollowUpEnquiry", shown["id"], payload, base=shown["revision"])])


def convert(desk: Desk, enquiry: Body, form_id: str, person_id: str = "", code: str = "") -> str:
    """Make an application of an enquiry; returns its id.

    Without `person_id` somebody new is added, as an applicant who isn't confirmed yet; `code` is that of whoever sent
    him or her. Raises CampusError
    `not_allowed`, `form_closed`.
    """
    _need_editor(desk)
    check_form_open(desk, form_id)
    application_id, asks = desk.ids(), []
    if not person_id:
        person_id = desk.ids()
        given, _, family = str(enquiry["name"]).strip().partition(" ")
        person = {
            "given_name": given,
            "family_name": family.strip(),
            "phone": enquiry["phone"] or None,
            "email": enquiry["email"] or None,
            "roles": ["student"],
            "provisional": True,
        }
        asks.append(Ask("AddPerson", person_id, person))
    payload = {
        "form_id": form_id,
        "person_id": person_id,
        "name": enquiry["name"],
        "email": enquiry["email"],
        "phone": enquiry["phone"],
        "enquiry_id": enquiry.get("id"),
        **_author(desk),
    }
    codes = asks_of(desk, code, [person_id], CodePlace.ENQUIRY, str(enquiry.get("id") or application_id))
    desk.commit([*asks, Ask("StartApplication", application_id, payload), *codes])
    return application_id


def check_form_open(desk: Desk, form_id: str) -> None:
    """Raise CampusError `form_closed` where one can't apply with a form today."""
    form = desk.store.get(APPLICATION_FORM, form_id)
    closed = closed_words(form, today_of(desk)) if form else text("This form isn't on this computer any more.")
    if closed:
        raise CampusError("form_closed", closed)


# ------------------------------------------------------------------------------------------------------------ forms


def save_form(desk: Desk, shown: Body | None, wanted: Body) -> str:
    """Add a form, or save what differs of one; returns its id.

    Raises CampusError `not_allowed`, `field_invalid` (details: fields).
    """
    _need_editor(desk)
    _check(form_fault({"state": str(FormState.DRAFT), **wanted}))
    if shown is None:
        form_id = desk.ids()
        payload = {name: wanted[name] for name in FORM_FIELDS if name in wanted and name != "state"}
        desk.commit([Ask("AddApplicationForm", form_id, payload)])
        return form_id
    changes = _changes(shown, wanted, FORM_FIELDS)
    if changes:
        desk.commit([Ask("EditApplicationForm", shown["id"], {"changes": changes}, base=shown["revision"])])
    return str(shown["id"])


def set_form_state(desk: Desk, shown: Body, state: FormState) -> None:
    """Publish a form, close it, or take it back into the draft. Raises what `save_form` does."""
    save_form(desk, shown, {**shown, "state": str(state)})


# --------------------------------------------------------------------------------------------------------- applying


def start(desk: Desk, form: Body) -> str:
    """Begin an application of one's own; returns its id. Raises CampusError `form_closed`, `application_exists`."""
    check_form_open(desk, form["id"])
    person = desk.store.get(PERSON, desk.actor.person_id) or {}
    payload = {
        "form_id": form["id"],
        "person_id": desk.actor.person_id,
        "name": desk.actor.name,
        "email": person.get("email") or "",
        "phone": person.get("phone") or "",
        **_author(desk),
    }
    application_id = desk.ids()
    desk.commit([Ask("StartApplication", application_id, payload)])
    return application_id


def save_answers(desk: Desk, application_id: str, answers: Body) -> bool:
    """Keep answers that differ; False where none does.

    Raises CampusError `not_allowed`, `fee_unpaid`, `field_invalid`.
    """
    body = _application(desk, application_id)
    if not may_fill_in(desk.actor, body["person_id"]):
        raise CampusError("not_allowed", text("This application is someone else's. Ask the office."))
    _stop(fee_refusal(body))
    parts, changes = parts_by_key(body["content"]), {}
    for key, value in answers.items():
        tidied, seen = tidy_answer(parts[key], value), bare(body["answers"].get(key))
        fault = draft_fault(parts[key], tidied)
        if fault:
            raise CampusError("field_invalid", fault, {"fields": {key: fault}})
        if tidied != seen:
            changes[key] = {"old": seen, "new": tidied}
    if changes:
        desk.commit([Ask("SaveApplication", application_id, {"changes": changes}, base=body["revision"])])
    return bool(changes)


def bare(value: Any) -> Any:
    """Return an answer without what the server alone says of a file."""
    if not isinstance(value, Mapping):
        return value
    return {name: one for name, one in value.items() if name not in ("state", "why")}


def choose_file(desk: Desk, path: Path) -> dict[str, Any]:
    """Check a document and keep a copy of it on this computer; it is sent once it is saved. Raises CampusError."""
    if desk.files is None:
        raise CampusError("no_server", text("No server is known to this computer. Sign in to one first."))
    chosen = desk.files.choose(path, DOCUMENT_TYPES, MOST_DOCUMENT_BYTES, purpose=FilePurpose.APPLICATION)
    desk.files.send([Chosen(chosen.sha256, chosen.name, chosen.bytes, chosen.type)])
    return {"sha256": chosen.sha256, "name": chosen.name, "bytes": chosen.bytes, "type": chosen.type}


def _application(desk: Desk, application_id: str) -> dict[str, Any]:
    body = desk.store.get(APPLICATION, application_id)
    if body is None:
        raise CampusError("application_unknown", text("This application isn't on this computer any more."))
    return body


def lacking(body: Body) -> list[Fault]:
    """Return what an application lacks before it can be sent."""
    return missing(body["content"], {key: bare(value) for key, value in body["answers"].items()})


def submit(desk: Desk, application_id: str) -> None:
    """Send an application. Raises CampusError `fee_unpaid`, `application_incomplete` (details: fields), and so on."""
    body = _application(desk, application_id)
    _stop(submit_refusal(body))
    check_form_open(desk, body["form_id"])
    left = lacking(body)
    if left:
        fields = {one.where: one.sentence for one in left}
        raise CampusError("application_incomplete", left[0].sentence, {"fields": fields})
    desk.commit([Ask("SubmitApplication", application_id, _author(desk), base=body["revision"])])


def withdraw(desk: Desk, application_id: str, reason: str = "") -> None:
    """Take an application back. Raises CampusError `application_settled`."""
    body = _application(desk, application_id)
    _stop(withdraw_refusal(body))
    payload = {"reason": reason.strip(), **_author(desk)}
    desk.commit([Ask("WithdrawApplication", application_id, payload, base=body["revision"])])


# -------------------------------------------------------------------------------------------------------- reviewing


def why_not_reviewed(desk: Desk, body: Body) -> str | None:
    """Return why somebody doesn't work on an application, or None."""
    if not may_decide(desk.actor):
        return text("Your role reads applications only. Ask the registrar.")
    return own_refusal().sentence if is_own(desk.actor, body) else None


def _reviewed(desk: Desk, application_id: str) -> dict[str, Any]:
    body = _application(desk, application_id)
    words = why_not_reviewed(desk, body)
    if words:
        raise CampusError("not_allowed", words)
    return body


def _act(desk: Desk, kind: str, application_id: str, **payload: Any) -> None:
    body = _reviewed(desk, application_id)
    desk.commit([Ask(kind, application_id, {**payload, **_author(desk)}, base=body["revision"])])


def check(desk: Desk, application_id: str, key: str, *, done: bool) -> None:
    """Say that a check is done, or isn't."""
    _act(desk, "CheckApplication", application_id, check=key, done=done)


def check_document(desk: Desk, application_id: str, key: str, state: DocumentCheck) -> None:
    """Say what a document is like."""
    _act(desk, "CheckDocument", application_id, document=key, state=str(state))


def note(desk: Desk, application_id: str, words: str, score: int | None = None) -> None:
    """Leave a note for staff. Raises CampusError `note_empty`."""
    if not words.strip() and score is None:
        raise CampusError("note_empty", text("Enter a note or a score."))
    _act(desk, "NoteApplication", application_id, words=words.strip(), score=score)


def write(desk: Desk, application_id: str, words: str, document: str = "") -> None:
    """Write to the applicant; with `document` that one is asked for again. Raises CampusError `message_empty`."""
    if not words.strip():
        raise CampusError("message_empty", text("Write what the applicant shall read."))
    _act(desk, "WriteToApplicant", application_id, words=words.strip(), document=document)


def plan_interview(desk: Desk, application_id: str, at: str | None, words: str) -> None:
    """Set when the interview is, and tell the applicant."""
    _act(desk, "PlanInterview", application_id, interview_at=at, words=words.strip())


def why_no_place(desk: Desk, body: Body, cohort_id: str | None = None) -> str | None:
    """Return why no place can be offered yet, as far as this computer knows, or None."""
    places = places_left(desk, cohort_id or body["cohort_id"])
    refusal = offer_refusal(body, places[0] if places else None)
    return refusal.sentence if refusal else None


def decide(
    desk: Desk, application_id: str, decision: ApplicationState, words: str, reason: str = "", cohort_id: str = ""
) -> None:
    """Decide about an application. Raises CampusError with the codes of the rules of decisions."""
    body = _reviewed(desk, application_id)
    _stop(decision_refusal(body, decision, reason))
    cohort = cohort_id or body["cohort_id"]
    if decision == ApplicationState.APPROVED:
        if not cohort:
            raise CampusError("cohort_missing", text("Choose a cohort of this course first."))
        stands = why_no_place(desk, body, cohort)
        if stands:
            raise CampusError("checks_open", stands)
    payload = {
        "decision": str(decision),
        "old_state": body["state"],
        "cohort_id": cohort or None,
        "reason": reason.strip(),
        "words": words.strip(),
        **_author(desk),
    }
    desk.commit([Ask("DecideApplication", application_id, payload, base=body["revision"])])


def undo(desk: Desk, application_id: str, reason: str = "") -> None:
    """Take a decision back; the server refuses once money has moved. Raises CampusError `not_decided`."""
    body = _reviewed(desk, application_id)
    _stop(undo_refusal(body, moved=False))
    desk.commit(
        [Ask("UndoDecision", application_id, {"reason": reason.strip(), **_author(desk)}, base=body["revision"])]
    )
