"""The words of admissions: kinds of rows, fields of forms, states of applications and what decisions are."""

from enum import StrEnum

ENQUIRY = "enquiry"
APPLICATION_FORM = "application_form"
APPLICATION = "application"
APPLICATION_EVENT = "application_event"
LONGEST_WORDS = 2000
"""Letters of a note or a message that are kept."""


class EnquiryState(StrEnum):
    """An enquiry is followed up until it becomes an application or is closed."""

    OPEN = "open"
    CONVERTED = "converted"
    CLOSED = "closed"


class EnquirySource(StrEnum):
    """How somebody heard of the institute or came to it."""

    WALK_IN = "walk_in"
    PHONE = "phone"
    MAIL = "mail"
    WEBSITE = "website"
    SOCIAL_MEDIA = "social_media"
    FRIEND = "friend"
    FAIR = "fair"
    OTHER = "other"


class FormState(StrEnum):
    """A form is designed, published for its days, and put away."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


class FieldType(StrEnum):
    """What a field of a form takes."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    PHONE = "phone"
    MAIL = "mail"
    FILE = "file"
    CODE = "code"
    """The code of whoever sent the applicant; one in a form, and a wrong one stops nothing."""


WITH_CHOICES = frozenset({FieldType.CHOICE, FieldType.CHOICES})


class ApplicationState(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    PENDING = "pending"
    UNDER_REVIEW = "under_review"
    WAITING_LIST = "waiting_list"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


OPEN_STATES = frozenset({ApplicationState.PENDING, ApplicationState.UNDER_REVIEW, ApplicationState.WAITING_LIST})
"""The institute has something to decide."""
DECISIONS = frozenset({ApplicationState.APPROVED, ApplicationState.REJECTED, ApplicationState.WAITING_LIST})
"""The states that a decision gives."""
DECIDED = frozenset({ApplicationState.APPROVED, ApplicationState.REJECTED})


class DocumentCheck(StrEnum):
    """What staff say about a document."""

    NEW = "new"
    CHECKED = "checked"
    UNREADABLE = "unreadable"


class EventKind(StrEnum):
    """What happened to an application, as its history tells it; notes are for staff alone."""

    STARTED = "started"
    FEE_PAID = "fee_paid"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    NOTE = "note"
    MESSAGE = "message"
    DOCUMENT_ASKED = "document_asked"
    INTERVIEW = "interview"
    OFFERED = "offered"
    DECLINED = "declined"
    WAITING_LIST = "waiting_list"
    UNDONE = "undone"


LETTER_OF: dict[EventKind, str] = {
    EventKind.MESSAGE: "application_message",
    EventKind.DOCUMENT_ASKED: "application_message",
    EventKind.INTERVIEW: "application_message",
    EventKind.OFFERED: "application_offer",
    EventKind.DECLINED: "application_refusal",
    EventKind.WAITING_LIST: "application_waiting_list",
}
"""By what happened: the letter that tells the applicant by mail."""
EVENT_OF: dict[ApplicationState, EventKind] = {
    ApplicationState.APPROVED: EventKind.OFFERED,
    ApplicationState.REJECTED: EventKind.DECLINED,
    ApplicationState.WAITING_LIST: EventKind.WAITING_LIST,
}
