"""Words of a student's page of work: where it stands, when it is due, and what was handed in."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from desktop.core.desk import Desk
from desktop.grading.work_store import OwnWork, content_of, file_states
from desktop.timetable.times import local, local_now, moment_words
from desktop.widgets.list_row import RowContent
from shared.core.clock import instant_text
from shared.core.text import plural, text
from shared.grading.vocabulary import SubmissionState, WorkState
from shared.grading.work_rules import is_late


def state_badge(state: WorkState) -> tuple[str, str, str]:
    """Return word, tone and icon of where a student stands."""
    return {
        WorkState.NOT_STARTED: (text("Not started"), "neu", "circle-dashed"),
        WorkState.IN_PROGRESS: (text("In progress"), "warn", "file-text"),
        WorkState.SUBMITTED: (text("Handed in"), "ok", "check"),
        WorkState.LATE: (text("Handed in late"), "warn", "clock"),
        WorkState.RETURNED: (text("Given back"), "info", "refresh-cw"),
        WorkState.GRADED: (text("Graded"), "ok", "check"),
    }[state]


def due_words(desk: Desk, work: OwnWork, zone: ZoneInfo) -> str:
    """Return when work opens and is due for its student, until when it is taken, and why there is more time."""
    now, told = local_now(desk, zone), []
    today, opens = now.date(), work.assignment.get("opens_at")
    if opens and local(opens, zone) > now:
        told.append(text("Opens {when}", when=moment_words(local(opens, zone), today)))
    if work.due is not None:
        told.append(text("Due {when}", when=moment_words(local(instant_text(work.due), zone), today)))
    if work.cutoff is not None:
        told.append(text("Taken until {when}", when=moment_words(local(instant_text(work.cutoff), zone), today)))
    if work.extension is not None and work.extension.get("due_at"):
        reason = str(work.extension.get("reason") or "")
        told.append(text("You have more time: {reason}", reason=reason) if reason else text("You have more time"))
    return " · ".join(told)


def attempt_row(desk: Desk, work: OwnWork, at: int, zone: ZoneInfo) -> RowContent:
    """Return the row of an attempt that was handed in, the first at 0: when, what, and how far it has gone."""
    attempt = work.handed_in[at]
    when = moment_words(local(attempt["handed_in_at"], zone), local_now(desk, zone).date())
    content = content_of(attempt)
    parts = [text("Text")] if content.text else []
    if content.files:
        parts.append(plural("1 file", "{n} files", len(content.files)))
    states = file_states(desk, content).values()
    waiting = sum(not one.stored and not one.refused for one in states)
    refused = sum(one.refused for one in states)
    if attempt["received_at"] is None:
        parts.append(text("on this computer, waits to be sent"))
    elif waiting:
        parts.append(plural("1 file isn't on the server yet", "{n} files aren't on the server yet", waiting))
    elif refused:
        parts.append(plural("1 file wasn't taken", "{n} files weren't taken", refused))
    else:
        parts.append(text("on the server"))
    if is_late(work.assignment, attempt, work.extension):
        parts.append(text("late"))
    title = text("Attempt {n}: {when}", n=at + 1, when=when)
    counts = work.counts is not None and work.counts["id"] == attempt["id"]
    badge = (text("Counts"), "ok", "check") if counts else None
    if attempt["state"] == SubmissionState.RETURNED:
        badge = (text("Given back"), "info", "refresh-cw")
    return RowContent(str(attempt["id"]), title, ", ".join(parts), "file-text", badge=badge)
