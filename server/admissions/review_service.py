"""What reviewers do before a decision: check, look at documents, note and score, write, and plan the interview."""

from collections.abc import Callable, Sequence

from server.admissions.ground import refused
from server.admissions.kinds import APPLICATION_KIND, EVENT_KIND, event
from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.entities import Body, missing
from shared.admissions.commands import PAYLOADS
from shared.admissions.form_rules import words_fault
from shared.admissions.permissions import is_own, may_decide
from shared.admissions.projections import with_check, with_document_check, with_interview
from shared.admissions.rules import own_refusal, waits_for_office
from shared.admissions.vocabulary import APPLICATION, DocumentCheck, EventKind
from shared.core.text import text

Act = Callable[[Item, Body], tuple[Body | None, Body | None] | Decision]
"""Gives the application and the event that a command makes, each where there is one, or refuses."""


def not_allowed(item: Item) -> Decision:
    """Refuse for want of a permission."""
    return rejected(item, "not_allowed", text("Your role doesn't review applications. Ask the registrar."))


def reviewing(act: Act, *, always: bool = False) -> Callable[[Batch, Sequence[Item]], list[Decision]]:
    """Return the service of a command by which somebody works on an application; `always`: settled ones, too."""

    def service(batch: Batch, items: Sequence[Item]) -> list[Decision]:
        present = APPLICATION_KIND.read(batch, (item.target.id for item in items))
        bodies: list[Body] = []
        events: list[Body] = []
        decisions: list[Decision] = []
        for item in items:
            body = present.get(item.target.id)
            if body is None:
                decisions.append(missing(batch, item, APPLICATION))
                continue
            made = _refusal(item, body, always=always) or act(item, body)
            if isinstance(made, Decision):
                decisions.append(made)
                continue
            bodies += [made[0]] if made[0] else []
            events += [made[1]] if made[1] else []
            decisions.append(applied(item.command.id))
        APPLICATION_KIND.update(batch, bodies)
        EVENT_KIND.insert(batch, events)
        return decisions

    return service


def _refusal(item: Item, body: Body, *, always: bool) -> Decision | None:
    if not item.accepted and not may_decide(item.author):
        return not_allowed(item)
    if is_own(item.author, body):
        return refused(item, own_refusal())
    if not always and not waits_for_office(body):
        words = text("This application doesn't wait for a review. Look at its state.")
        return rejected(item, "application_not_open", words)
    fault = words_fault(getattr(item.payload, "words", ""), 2000, lines=True)
    return rejected(item, "field_invalid", fault) if fault else None


def _check(item: Item, body: Body) -> tuple[Body | None, Body | None] | Decision:
    if item.payload.check not in {one["key"] for one in body["content"]["checks"]}:
        return rejected(item, "check_unknown", text("This check isn't in the form. Open the application again."))
    if (item.payload.check in body["checks"]) == item.payload.done:
        return agreed(body["revision"])
    return with_check(body, item.command), None


def _document(item: Item, body: Body) -> tuple[Body | None, Body | None] | Decision:
    key, state = item.payload.document, item.payload.state
    fault = _document_fault(item, body, key)
    if fault is not None:
        return fault
    if body["document_checks"].get(key, DocumentCheck.NEW) == state:
        return agreed(body["revision"])
    if state == DocumentCheck.CHECKED and key not in body["answers"]:
        return rejected(item, "document_missing", text("This document hasn't come in. Ask for it."))
    return with_document_check(body, key, state, item.command.id), None


def _document_fault(item: Item, body: Body, key: str) -> Decision | None:
    if key in {one["key"] for one in body["content"]["documents"]}:
        return None
    return rejected(item, "document_unknown", text("This document isn't in the form. Open the application again."))


def _note(item: Item, body: Body) -> tuple[Body | None, Body | None] | Decision:
    if not item.payload.words.strip() and item.payload.score is None:
        return rejected(item, "note_empty", text("Enter a note or a score."))
    return None, event(item, body, EventKind.NOTE, score=item.payload.score)


def _write(item: Item, body: Body) -> tuple[Body | None, Body | None] | Decision:
    key = item.payload.document
    if not item.payload.words.strip():
        return rejected(item, "message_empty", text("Write what the applicant shall read."))
    if not key:
        return None, event(item, body, EventKind.MESSAGE)
    fault = _document_fault(item, body, key)
    if fault is not None:
        return fault
    after = with_document_check(body, key, DocumentCheck.UNREADABLE, item.command.id)
    return after, event(item, body, EventKind.DOCUMENT_ASKED)


def _plan(item: Item, body: Body) -> tuple[Body | None, Body | None] | Decision:
    after = with_interview(body, item.command)
    if after["interview_at"] == body["interview_at"]:
        return agreed(body["revision"])
    return after, event(item, body, EventKind.INTERVIEW)


COMMANDS = (
    CommandType("CheckApplication", PAYLOADS["CheckApplication"], reviewing(_check)),
    CommandType("CheckDocument", PAYLOADS["CheckDocument"], reviewing(_document)),
    CommandType("NoteApplication", PAYLOADS["NoteApplication"], reviewing(_note, always=True)),
    CommandType("WriteToApplicant", PAYLOADS["WriteToApplicant"], reviewing(_write, always=True)),
    CommandType("PlanInterview", PAYLOADS["PlanInterview"], reviewing(_plan)),
)
