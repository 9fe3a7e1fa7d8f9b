"""What a person may ask of admissions: enquiries, forms, applications and decisions."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints

from shared.admissions.vocabulary import LONGEST_WORDS, ApplicationState, DocumentCheck, EnquirySource
from shared.core.command import Id, InstantText
from shared.core.days import Day
from shared.core.fields import FieldChange
from shared.core.ids import derived_id
from shared.core.money import MOST_MINOR
from shared.core.strict import StrictModel

Short = Annotated[str, StringConstraints(max_length=200)]
Long = Annotated[str, StringConstraints(max_length=LONGEST_WORDS)]
ENQUIRY_FIELDS = ("name", "phone", "email", "course_id", "source", "note", "assigned_to", "follow_up_on", "state")
FORM_FIELDS = (
    *("course_id", "cohort_id", "title", "state", "opens_on", "closes_on", "fee", "currency"),
    *("steps", "documents", "checks", "charges"),
)
CONTENT_FIELDS = ("steps", "documents", "checks", "charges")
"""What a version of a form is: an application keeps those that it was begun with."""
_MOST_PARTS = 60


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class RecordEnquiry(_Payload):
    """Note somebody who asks about the institute (target: the new enquiry)."""

    name: Short = Field(min_length=1)
    phone: Short = ""
    email: Short = ""
    course_id: Id | None = None
    source: EnquirySource = EnquirySource.WALK_IN
    note: Long = ""
    assigned_to: Id | None = None
    follow_up_on: Day | None = None


class EditEnquiry(_Payload):
    """Change fields of an enquiry; the state to `closed` and back to `open`."""

    changes: dict[str, FieldChange] = Field(min_length=1)


class FollowUpEnquiry(_Payload):
    """Note what was said with somebody, and when to ask again; without a day there is nothing more to do by then."""

    words: Long = Field(min_length=1)
    follow_up_on: Day | None = None


class AddApplicationForm(_Payload):
    """Design a form (target: its new id). `fee` is in minor units; what steps hold is checked by `form_fault`.

    `charges` are what a place costs beside the fees of course and cohort: charged with the approval.
    """

    course_id: Id
    cohort_id: Id | None = None
    title: Short = Field(min_length=1)
    opens_on: Day | None = None
    closes_on: Day | None = None
    fee: int = Field(default=0, ge=0, le=MOST_MINOR)
    currency: str = Field(default="GHS", pattern="^[A-Z]{3}$")
    steps: tuple[dict[str, Any], ...] = Field(default=(), max_length=_MOST_PARTS)
    documents: tuple[dict[str, Any], ...] = Field(default=(), max_length=_MOST_PARTS)
    checks: tuple[dict[str, Any], ...] = Field(default=(), max_length=_MOST_PARTS)
    charges: tuple[dict[str, Any], ...] = Field(default=(), max_length=_MOST_PARTS)


class EditApplicationForm(_Payload):
    """Change a form. Applications that were begun keep the version that they were begun with."""

    changes: dict[str, FieldChange] = Field(min_length=1)


class StartApplication(_Payload):
    """Begin an application (target: its new id) of a person with a form; `enquiry_id` is what it comes from."""

    form_id: Id
    person_id: Id
    name: Short = ""
    email: Short = ""
    phone: Short = ""
    enquiry_id: Id | None = None


class SaveApplication(_Payload):
    """Keep answers of an application that isn't sent yet; `changes` are by the key of the field or document."""

    changes: dict[str, FieldChange] = Field(min_length=1, max_length=500)


class SubmitApplication(_Payload):
    """Send an application in (target): complete, and its fee paid."""


class WithdrawApplication(_Payload):
    """Take an application back (target)."""

    reason: Long = ""


class CheckApplication(_Payload):
    """Say that a check of an application (target) is done, or isn't; each check stands for itself."""

    check: str = Field(min_length=1, max_length=60)
    done: bool


class CheckDocument(_Payload):
    """Say what a document of an application (target) is like."""

    document: str = Field(min_length=1, max_length=60)
    state: DocumentCheck


class NoteApplication(_Payload):
    """Leave a note for staff about an application (target), with a score from 0 to 100."""

    words: Long = ""
    score: int | None = Field(default=None, ge=0, le=100)


class WriteToApplicant(_Payload):
    """Write to an applicant (target: the application); `document` asks for that document once more."""

    words: Long = Field(min_length=1)
    document: str = Field(default="", max_length=60)


class PlanInterview(_Payload):
    """Set when the interview of an application (target) is, or None for no interview; tells the applicant."""

    interview_at: InstantText | None
    words: Long = ""


class DecideApplication(_Payload):
    """Decide about an application (target). `old_state` is the one on which the decision stood.

    `approved` makes a student of the applicant, enrols him or her in `cohort_id` and charges the fees. `reason` stays
    with staff, `words` go to the applicant.
    """

    decision: ApplicationState
    old_state: ApplicationState
    cohort_id: Id | None = None
    reason: Long = ""
    words: Long = ""


class UndoDecision(_Payload):
    """Take a decision about an application (target) back, as long as no money has moved."""

    reason: Long = ""


PAYLOADS: dict[str, type[StrictModel]] = {
    one.__name__: one
    for one in (
        *(RecordEnquiry, EditEnquiry, FollowUpEnquiry, AddApplicationForm, EditApplicationForm, StartApplication),
        *(SaveApplication, SubmitApplication, WithdrawApplication, CheckApplication, CheckDocument, NoteApplication),
        *(WriteToApplicant, PlanInterview, DecideApplication, UndoDecision),
    )
}

TYPE_VERSIONS = dict.fromkeys(PAYLOADS, 1)


def event_id_of(command_id: str, application_id: str) -> str:
    """Return the id of what a command adds to an application's history."""
    return derived_id("application_event", command_id, application_id)


def fee_charge_id(application_id: str) -> str:
    """Return the id of the ledger entry that charges the fee of an application."""
    return derived_id("application_fee", application_id)


def place_charge_id(command_id: str, key: str) -> str:
    """Return the id of the ledger entry that an approval charges for a line of the form."""
    return derived_id("place_charge", command_id, key)


def enrolment_id_of(application_id: str, cohort_id: str) -> str:
    """Return the id of the enrolment that an approved application makes."""
    return derived_id("application_enrolment", application_id, cohort_id)
