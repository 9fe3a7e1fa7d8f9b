"""Words for a class session: its kind, its state, and the sentence that a screen reader says."""

from desktop.timetable.store import SessionLine
from desktop.timetable.times import day_words
from shared.core.text import text
from shared.timetable.vocabulary import ClassSessionState, SessionKind

KIND_ICONS = {
    SessionKind.CLASS: "",
    SessionKind.LIVE: "monitor",
    SessionKind.CATCH_UP: "history",
    SessionKind.OFFICE_HOURS: "users",
}


def kind_words(kind: SessionKind) -> str:
    """Return what a session is."""
    return {
        SessionKind.CLASS: text("Class in a room"),
        SessionKind.LIVE: text("Live session"),
        SessionKind.CATCH_UP: text("Catch-up class"),
        SessionKind.OFFICE_HOURS: text("Office hours"),
    }[kind]


def state_words(state: ClassSessionState) -> str:
    """Return where a session stands."""
    return {
        ClassSessionState.SCHEDULED: text("Planned"),
        ClassSessionState.ONGOING: text("Now"),
        ClassSessionState.COMPLETED: text("Held"),
        ClassSessionState.CANCELLED: text("Cancelled"),
    }[state]


def standing_words(line: SessionLine) -> str:
    """Return where a session stands, with the reason of a cancelled one: `Cancelled: the instructor is ill`."""
    reason = str(line.body.get("cancel_reason") or "")
    if line.state is ClassSessionState.CANCELLED and reason:
        return text("Cancelled: {reason}", reason=reason)
    return state_words(line.state)


def spoken(line: SessionLine) -> str:
    """Return `Tue 24 Nov, 08:30–10:00, Sound 1B, Studio 2, Lucia Ortiz, Planned`."""
    kind = kind_words(line.kind) if line.kind is not SessionKind.CLASS else ""
    teacher = text("{name} stands in", name=line.stand_in) if line.stand_in else line.instructor
    parts = (
        day_words(line.starts.date()),
        line.times,
        line.cohort,
        kind,
        line.title,
        line.room,
        teacher,
        standing_words(line),
    )
    return ", ".join(part for part in parts if part)
