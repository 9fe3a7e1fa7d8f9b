"""The rows of admissions as the feed carries them, and who sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from server.admissions import tables
from server.core.area import AccessPart
from server.core.batch import Batch, Item
from server.core.database import Db
from server.core.entities import Body, EntityKind
from shared.admissions import vocabulary as words
from shared.admissions.permissions import may_see_admissions
from shared.admissions.projections import event_of
from shared.admissions.vocabulary import LETTER_OF, EventKind
from shared.core.actor import Actor
from shared.people.rules import fold
from shared.people.vocabulary import ORGANISATION

DESK = "admissions"
"""What staff of admissions see: every enquiry and application."""


@dataclass(frozen=True)
class _WithMaps(EntityKind):
    """Rows some of whose JSON columns hold values by key."""

    maps: frozenset[str] = frozenset()

    def body_of(self, row: Sequence[Any]) -> Body:
        """Return a row of `selected()` as the feed carries it."""
        body = super().body_of(row)
        for name in self.maps:
            body[name] = body[name] or {}
        return body


class _FormKind(EntityKind):
    """Forms: drafts are for those who design them; what was published once everybody of the institute may look at."""

    def publish(self, batch: Batch, body: Body) -> None:
        """Put a form into the feed."""
        draft = body["state"] == words.FormState.DRAFT
        scope = DESK if draft else f"{ORGANISATION}:{batch.organisation_id}"
        batch.changed(self.kind, body, scope, parent=body["course_id"])


ENQUIRY_KIND = EntityKind(
    kind=words.ENQUIRY,
    table=tables.ENQUIRY,
    body_columns=(
        *("name", "phone", "email", "course_id", "source", "note", "state", "assigned_to", "follow_up_on"),
        *("recorded_at", "recorded_by", "application_id", "said"),
    ),
    scopes=lambda _body: (DESK, None),
    title=lambda body: str(body["name"]),
    json_columns=frozenset({"said"}),
)
FORM_KIND = _FormKind(
    kind=words.APPLICATION_FORM,
    table=tables.APPLICATION_FORM,
    body_columns=(
        *("course_id", "cohort_id", "title", "state", "opens_on", "closes_on", "fee", "currency", "version"),
        *("steps", "documents", "checks", "charges"),
    ),
    scopes=lambda _body: (DESK, None),
    title=lambda body: str(body["title"]),
    json_columns=frozenset({"steps", "documents", "checks", "charges"}),
)
APPLICATION_KIND = _WithMaps(
    kind=words.APPLICATION,
    table=tables.APPLICATION,
    body_columns=(
        *("number", "form_id", "form_version", "content", "course_id", "cohort_id", "person_id", "name", "email"),
        *("phone", "enquiry_id", "fee", "currency", "fee_paid", "answers", "checks", "document_checks", "state"),
        *("started_at", "submitted_at", "interview_at", "decided_at", "decided_by", "reason", "enrolment_id"),
    ),
    scopes=lambda body: (DESK, f"person:{body['person_id']}"),
    title=lambda body: " ".join(part for part in (body["name"], body["number"]) if part),
    parent="form_id",
    json_columns=frozenset({"content", "answers", "checks", "document_checks"}),
    maps=frozenset({"content", "answers", "document_checks"}),
    derive=lambda body: {"search_text": fold(" ".join(body[one] for one in ("name", "number", "phone", "email")))},
    derived_columns=("search_text",),
)


def _event_scopes(body: Body) -> tuple[str, str | None]:
    """Notes are for staff alone."""
    return DESK, None if body["kind"] == EventKind.NOTE else f"person:{body['person_id']}"


EVENT_KIND = EntityKind(
    kind=words.APPLICATION_EVENT,
    table=tables.APPLICATION_EVENT,
    body_columns=("application_id", "person_id", "kind", "at", "by_id", "by_name", "words", "score"),
    scopes=_event_scopes,
    title=lambda _body: "",
    parent="application_id",
    derive=lambda body: {"letter": LETTER_OF.get(EventKind(body["kind"]), "")},
    derived_columns=("letter",),
)
KINDS = (ENQUIRY_KIND, FORM_KIND, APPLICATION_KIND, EVENT_KIND)
GUARDED = (words.ENQUIRY, words.APPLICATION, words.APPLICATION_EVENT)
"""Not everybody who sees the whole institute sees who applies to it."""


def access(_db: Db, actor: Actor) -> AccessPart:
    """Staff of admissions see all of it; an applicant's own rows come by the scope of the person."""
    return AccessPart(scopes=frozenset({DESK} if may_see_admissions(actor) else ()))


def event(item: Item, application: Body, kind: EventKind, *, score: int | None = None) -> Body:
    """Return what the history of an application says of a command."""
    by = (item.author.person_id, item.author.name)
    return event_of(application, item.command, kind, by=by, score=score)
