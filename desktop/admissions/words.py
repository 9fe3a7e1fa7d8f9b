"""What admissions says: states, steps, kinds of fields, sources, and what happened to an application."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from desktop.timetable.times import clock_words, day_words, local, short_day
from shared.admissions.enquiry_rules import Due
from shared.admissions.rules import Step
from shared.admissions.vocabulary import ApplicationState, EnquirySource, EventKind, FieldType, FormState
from shared.core.money import money_text
from shared.core.text import plural, text

Look = tuple[str, str, str]
"""A word with its tone and icon."""


def state_look(state: str) -> Look:
    """Return how a state of an application is shown."""
    looks: dict[str, Look] = {
        ApplicationState.DRAFT: (text("Draft"), "neu", "circle-dashed"),
        ApplicationState.PENDING: (text("New"), "info", "inbox"),
        ApplicationState.UNDER_REVIEW: (text("In review"), "info", "eye"),
        ApplicationState.WAITING_LIST: (text("Waiting list"), "warn", "hourglass"),
        ApplicationState.APPROVED: (text("Place offered"), "ok", "circle-check"),
        ApplicationState.REJECTED: (text("Declined"), "bad", "circle-x"),
        ApplicationState.WITHDRAWN: (text("Withdrawn"), "neu", "circle-minus"),
    }
    return looks[state]


def form_state_look(state: str) -> Look:
    """Return how a state of a form is shown."""
    looks: dict[str, Look] = {
        FormState.DRAFT: (text("Draft"), "neu", "circle-dashed"),
        FormState.PUBLISHED: (text("Published"), "ok", "circle-check"),
        FormState.CLOSED: (text("Closed"), "neu", "lock"),
    }
    return looks[state]


def step_words(step: Step) -> str:
    """Return the word of a step."""
    words = {
        Step.RECEIVED: text("Received"),
        Step.DOCUMENTS: text("Documents"),
        Step.INTERVIEW: text("Interview"),
        Step.DECISION: text("Decision"),
        Step.ENROLLED: text("Enrolled"),
    }
    return words[step]


def type_words(kind: str) -> str:
    """Return the word of a kind of field."""
    words: dict[str, str] = {
        FieldType.TEXT: text("Short text"),
        FieldType.LONG_TEXT: text("Long text"),
        FieldType.NUMBER: text("Number"),
        FieldType.DATE: text("Day"),
        FieldType.CHOICE: text("One of several"),
        FieldType.CHOICES: text("Several of several"),
        FieldType.YES_NO: text("Yes or no"),
        FieldType.PHONE: text("Phone number"),
        FieldType.MAIL: text("Mail address"),
        FieldType.FILE: text("File"),
        FieldType.CODE: text("Code of whoever sent the applicant"),
    }
    return words[kind]


def source_words(source: str) -> str:
    """Return the word for where an enquiry comes from."""
    words: dict[str, str] = {
        EnquirySource.WALK_IN: text("Came in"),
        EnquirySource.PHONE: text("Phone"),
        EnquirySource.MAIL: text("Mail"),
        EnquirySource.WEBSITE: text("Website"),
        EnquirySource.SOCIAL_MEDIA: text("Social media"),
        EnquirySource.FRIEND: text("Friend or family"),
        EnquirySource.FAIR: text("Fair"),
        EnquirySource.OTHER: text("Other"),
    }
    return words.get(source, source)


def due_look(due: Due, day: str) -> Look:
    """Return how it is shown when somebody is to be asked again."""
    when = short_day(datetime.fromisoformat(day).date()) if day else ""
    looks: dict[Due, Look] = {
        Due.OVERDUE: (text("Since {day}", day=when), "bad", "circle-alert"),
        Due.TODAY: (text("Today"), "warn", "clock"),
        Due.LATER: (when, "neu", "calendar"),
        Due.NEVER: (text("No day set"), "neu", "circle-dashed"),
        Due.DONE: (text("Settled"), "ok", "check"),
    }
    return looks[due]


def event_words(kind: str) -> tuple[str, str]:
    """Return what happened, and its icon."""
    words: dict[str, tuple[str, str]] = {
        EventKind.STARTED: (text("Application begun"), "plus"),
        EventKind.FEE_PAID: (text("Application fee paid"), "banknote"),
        EventKind.SUBMITTED: (text("Application sent"), "inbox"),
        EventKind.WITHDRAWN: (text("Application withdrawn"), "circle-minus"),
        EventKind.NOTE: (text("Note for staff"), "message-square"),
        EventKind.MESSAGE: (text("Message to the applicant"), "mail"),
        EventKind.DOCUMENT_ASKED: (text("New document asked for"), "paperclip"),
        EventKind.INTERVIEW: (text("Interview planned"), "calendar"),
        EventKind.OFFERED: (text("Place offered"), "circle-check"),
        EventKind.DECLINED: (text("Declined"), "circle-x"),
        EventKind.WAITING_LIST: (text("Put on the waiting list"), "hourglass"),
        EventKind.UNDONE: (text("Decision taken back"), "refresh-cw"),
    }
    return words.get(kind, (kind, "info"))


def waited_words(days: int) -> str:
    """Return how long somebody waits."""
    return plural("1 day", "{n} days", days) if days else text("Today")


def moment_words(instant: str, zone: ZoneInfo) -> str:
    """Return `Fri 20 Nov 08:30`."""
    at = local(instant, zone)
    return text("{day} {clock}", day=day_words(at.date()), clock=clock_words(at))


def answer_words(field: Any, value: Any) -> str:
    """Return an answer as people read it."""
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return text("Yes") if value else text("No")
    if field["type"] == FieldType.DATE:
        try:
            day = datetime.fromisoformat(str(value)).date()
        except ValueError:
            return str(value)
        return text("{day} {year}", day=short_day(day), year=day.year)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value["name"]) if isinstance(value, dict) else str(value)


def fee_words(form: Any) -> str:
    """Return what applying costs."""
    return money_text(form["fee"], form["currency"]) if form["fee"] else text("No fee")
