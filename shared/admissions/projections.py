"""What pending commands of admissions make: the rows that both sides derive from them in the same way."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.admissions.commands import CONTENT_FIELDS, event_id_of
from shared.admissions.form_rules import parts_by_key, tidy_answer
from shared.admissions.rules import may_move
from shared.admissions.vocabulary import (
    APPLICATION,
    APPLICATION_EVENT,
    APPLICATION_FORM,
    ENQUIRY,
    EVENT_OF,
    ApplicationState,
    DocumentCheck,
    EnquirySource,
    EnquiryState,
    EventKind,
    FormState,
)
from shared.core.clock import instant_text, parse_instant
from shared.core.command import Command
from shared.core.projection import Draft, Projection, ReadRow

Body = dict[str, Any]
Row = Mapping[str, Any]


def seen_at(command: Command) -> str:
    """Return when a command was given, in the one form in which texts sort by time."""
    return instant_text(parse_instant(command.observed_at))


def changed(command: Command, present: Row) -> Body:
    """Return a row with the new values of a command's changes."""
    new = {name: change.get("new") for name, change in command.payload["changes"].items()}
    return {**present, **new, "revision": command.id}


# -------------------------------------------------------------------------------------------------------- enquiries


def enquiry_from(command: Command, by: str = "") -> Body:
    """Return the enquiry that a `RecordEnquiry` notes; `by` is who wrote it down."""
    payload = command.payload
    return {
        "id": command.target_id,
        "revision": command.id,
        "name": payload["name"].strip(),
        "phone": payload.get("phone", "").strip(),
        "email": payload.get("email", "").strip(),
        "course_id": payload.get("course_id"),
        "source": str(payload.get("source", EnquirySource.WALK_IN)),
        "note": payload.get("note", "").strip(),
        "state": str(EnquiryState.OPEN),
        "assigned_to": payload.get("assigned_to"),
        "follow_up_on": payload.get("follow_up_on"),
        "recorded_at": seen_at(command),
        "recorded_by": by or payload.get("author_name", ""),
        "application_id": None,
        "said": [],
    }


def followed_up(command: Command, enquiry: Row, by: str = "") -> Body:
    """Return an enquiry with what was said; lines stand in the order of their times, each once."""
    line = {
        "id": command.id,
        "at": seen_at(command),
        "by": by or command.payload.get("author_name", ""),
        "words": command.payload["words"].strip(),
    }
    others = [one for one in enquiry["said"] if one["id"] != command.id]
    said = sorted([*others, line], key=lambda one: (one["at"], one["id"]))
    return {**enquiry, "revision": command.id, "said": said, "follow_up_on": command.payload.get("follow_up_on")}


def converted(enquiry: Row, application_id: str, revision: str) -> Body:
    """Return an enquiry that became an application."""
    told = {"state": str(EnquiryState.CONVERTED), "application_id": application_id, "follow_up_on": None}
    return {**enquiry, **told, "revision": revision}


# ------------------------------------------------------------------------------------------------------------ forms


def form_from(command: Command) -> Body:
    """Return the form that an `AddApplicationForm` designs."""
    payload = command.payload
    return {
        "id": command.target_id,
        "revision": command.id,
        "course_id": payload["course_id"],
        "cohort_id": payload.get("cohort_id"),
        "title": payload["title"].strip(),
        "state": str(FormState.DRAFT),
        "opens_on": payload.get("opens_on"),
        "closes_on": payload.get("closes_on"),
        "fee": payload.get("fee", 0),
        "currency": payload.get("currency", "GHS"),
        "version": 1,
        **{name: list(payload.get(name) or ()) for name in CONTENT_FIELDS},
    }


def next_version(before: Row, after: Row) -> Body:
    """Return a changed form with the number of its version: another one where what it asks is another."""
    differs = any(before[name] != after[name] for name in CONTENT_FIELDS)
    return {**after, "version": int(before["version"]) + differs}


# ----------------------------------------------------------------------------------------------------- applications


def application_from(command: Command, form: Row) -> Body:
    """Return the application that a `StartApplication` begins with a form as it is now."""
    payload = command.payload
    return {
        "id": command.target_id,
        "revision": command.id,
        "number": "",
        "form_id": form["id"],
        "form_version": form["version"],
        "content": {"title": form["title"], **{name: form[name] for name in CONTENT_FIELDS}},
        "course_id": form["course_id"],
        "cohort_id": form.get("cohort_id"),
        "person_id": payload["person_id"],
        "name": payload.get("name", "").strip(),
        "email": payload.get("email", "").strip(),
        "phone": payload.get("phone", "").strip(),
        "enquiry_id": payload.get("enquiry_id"),
        "fee": form["fee"],
        "currency": form["currency"],
        "fee_paid": form["fee"] == 0,
        "answers": {},
        "checks": [],
        "document_checks": {},
        "state": str(ApplicationState.DRAFT),
        "started_at": seen_at(command),
        "submitted_at": None,
        "interview_at": None,
        "decided_at": None,
        "decided_by": "",
        "reason": "",
        "enrolment_id": None,
    }


def with_answers(application: Row, answers: Row, revision: str) -> Body:
    """Return an application with answers put in; a document that was sent anew is to be looked at anew."""
    parts, checks = parts_by_key(application["content"]), dict(application["document_checks"])
    kept = dict(application["answers"])
    for key, value in answers.items():
        if key not in parts:
            continue
        tidied = tidy_answer(parts[key], value)
        if tidied is None:
            kept.pop(key, None)
        else:
            kept[key] = tidied
        checks.pop(key, None)
    return {**application, "answers": kept, "document_checks": checks, "revision": revision}


def submitted(application: Row, command: Command) -> Body:
    """Return an application that was sent."""
    told = {"state": str(ApplicationState.PENDING), "submitted_at": seen_at(command)}
    return {**application, **told, "revision": command.id}


def withdrawn(application: Row, command: Command) -> Body:
    """Return an application that was taken back."""
    reason = command.payload.get("reason", "").strip()
    return {**application, "state": str(ApplicationState.WITHDRAWN), "reason": reason, "revision": command.id}


def reviewed(application: Row, revision: str) -> Body:
    """Return an application that somebody works on."""
    state = application["state"]
    if state == ApplicationState.PENDING:
        state = str(ApplicationState.UNDER_REVIEW)
    return {**application, "state": state, "revision": revision}


def with_check(application: Row, command: Command) -> Body:
    """Return an application with a check done, or not done."""
    others = [one for one in application["checks"] if one != command.payload["check"]]
    checks = sorted([*others, command.payload["check"]]) if command.payload["done"] else others
    return {**reviewed(application, command.id), "checks": checks}


def with_document_check(application: Row, document: str, state: str, revision: str) -> Body:
    """Return an application with what staff said of a document."""
    checks = {key: one for key, one in application["document_checks"].items() if key != document}
    told = {} if state == DocumentCheck.NEW else {document: str(state)}
    return {**reviewed(application, revision), "document_checks": {**checks, **told}}


def with_interview(application: Row, command: Command) -> Body:
    """Return an application with its interview."""
    planned = command.payload.get("interview_at")
    at = instant_text(parse_instant(planned)) if planned else None
    return {**reviewed(application, command.id), "interview_at": at}


def decided(application: Row, command: Command, by: str = "") -> Body:
    """Return an application with a decision; why it was taken stands in `reason_of`."""
    payload = command.payload
    return {
        **application,
        "state": str(payload["decision"]),
        "cohort_id": payload.get("cohort_id") or application["cohort_id"],
        "decided_at": seen_at(command),
        "decided_by": by or payload.get("author_name", ""),
        "revision": command.id,
    }


def undecided(application: Row, revision: str) -> Body:
    """Return an application whose decision was taken back."""
    gone = {"decided_at": None, "decided_by": "", "reason": "", "enrolment_id": None}
    return {**application, **gone, "state": str(ApplicationState.UNDER_REVIEW), "revision": revision}


# ----------------------------------------------------------------------------------------------------------- events


def event_of(
    application: Row, command: Command, kind: EventKind, *, by: tuple[str, str] = ("", ""), score: int | None = None
) -> Body:
    """Return what an application's history says of a command; `by` is (id, name) of who gave it."""
    payload = command.payload
    return {
        "id": event_id_of(command.id, application["id"]),
        "revision": command.id,
        "application_id": application["id"],
        "person_id": application["person_id"],
        "kind": str(kind),
        "at": seen_at(command),
        "by_id": by[0] or payload.get("author_id", ""),
        "by_name": by[1] or payload.get("author_name", ""),
        "words": str(payload.get("words") or "").strip(),
        "score": score,
    }


def reason_of(application: Row, command: Command, reason: str, by: tuple[str, str] = ("", "")) -> list[Body]:
    """Return the note that says why it was decided so: the applicant sees the application, and never this."""
    told = event_of(application, command, EventKind.NOTE, by=by)
    key = event_id_of(command.id, f"{application['id']} reason")
    return [{**told, "id": key, "words": reason.strip()}] if reason.strip() else []


def _application(body: Row) -> Draft:
    return Draft(APPLICATION, body["id"], body, body["form_id"])


def _event(body: Row) -> Draft:
    return Draft(APPLICATION_EVENT, body["id"], body, body["application_id"])


def _add_enquiry(command: Command, _read: ReadRow) -> Sequence[Draft]:
    return [Draft(ENQUIRY, command.target_id, enquiry_from(command))]


def _edit_enquiry(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(ENQUIRY, command.target_id)
    return [] if present is None else [Draft(ENQUIRY, command.target_id, changed(command, present))]


def _follow_up(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(ENQUIRY, command.target_id)
    return [] if present is None else [Draft(ENQUIRY, command.target_id, followed_up(command, present))]


def _add_form(command: Command, _read: ReadRow) -> Sequence[Draft]:
    return [Draft(APPLICATION_FORM, command.target_id, form_from(command), command.payload["course_id"])]


def _edit_form(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(APPLICATION_FORM, command.target_id)
    if present is None or present["revision"] == command.id:
        return []
    after = next_version(present, changed(command, present))
    return [Draft(APPLICATION_FORM, command.target_id, after, after["course_id"])]


def _start(command: Command, read: ReadRow) -> Sequence[Draft]:
    form = read(APPLICATION_FORM, command.payload["form_id"])
    if form is None:
        return []
    body = application_from(command, form)
    drafts = [_application(body), _event(event_of(body, command, EventKind.STARTED))]
    enquiry = read(ENQUIRY, command.payload.get("enquiry_id") or "")
    if enquiry is not None:
        drafts.append(Draft(ENQUIRY, enquiry["id"], converted(enquiry, body["id"], command.id)))
    return drafts


def _save(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(APPLICATION, command.target_id)
    if present is None:
        return []
    answers = {key: change.get("new") for key, change in command.payload["changes"].items()}
    return [_application(with_answers(present, answers, command.id))]


def _submit(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(APPLICATION, command.target_id)
    if present is None or present["state"] not in (ApplicationState.DRAFT, ApplicationState.PENDING):
        return []
    body = submitted(present, command)
    return [_application(body), _event(event_of(body, command, EventKind.SUBMITTED))]


def _withdraw(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(APPLICATION, command.target_id)
    if present is None:
        return []
    body = withdrawn(present, command)
    return [_application(body), _event(event_of(body, command, EventKind.WITHDRAWN))]


def _check(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(APPLICATION, command.target_id)
    return [] if present is None else [_application(with_check(present, command))]


def _check_document(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(APPLICATION, command.target_id)
    if present is None:
        return []
    payload = command.payload
    return [_application(with_document_check(present, payload["document"], payload["state"], command.id))]


def _note(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(APPLICATION, command.target_id)
    if present is None:
        return []
    return [_event(event_of(present, command, EventKind.NOTE, score=command.payload.get("score")))]


def _write(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(APPLICATION, command.target_id)
    if present is None:
        return []
    document = command.payload.get("document") or ""
    kind = EventKind.DOCUMENT_ASKED if document else EventKind.MESSAGE
    drafts = [_event(event_of(present, command, kind))]
    if document:
        body = with_document_check(present, document, DocumentCheck.UNREADABLE, command.id)
        drafts.append(_application(body))
    return drafts


def _plan(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(APPLICATION, command.target_id)
    if present is None:
        return []
    return [_application(with_interview(present, command)), _event(event_of(present, command, EventKind.INTERVIEW))]


def _decide(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(APPLICATION, command.target_id)
    wanted = ApplicationState(command.payload["decision"])
    if present is None or not (present["revision"] == command.id or may_move(present["state"], wanted)):
        return []
    body = decided(present, command)
    reasons = reason_of(body, command, command.payload.get("reason") or "")
    return [_application(body), _event(event_of(body, command, EVENT_OF[wanted])), *map(_event, reasons)]


def _undo(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(APPLICATION, command.target_id)
    if present is None:
        return []
    return [_application(undecided(present, command.id)), _event(event_of(present, command, EventKind.UNDONE))]


PROJECTIONS: dict[str, Projection] = {
    "RecordEnquiry": _add_enquiry,
    "EditEnquiry": _edit_enquiry,
    "FollowUpEnquiry": _follow_up,
    "AddApplicationForm": _add_form,
    "EditApplicationForm": _edit_form,
    "StartApplication": _start,
    "SaveApplication": _save,
    "SubmitApplication": _submit,
    "WithdrawApplication": _withdraw,
    "CheckApplication": _check,
    "CheckDocument": _check_document,
    "NoteApplication": _note,
    "WriteToApplicant": _write,
    "PlanInterview": _plan,
    "DecideApplication": _decide,
    "UndoDecision": _undo,
}
