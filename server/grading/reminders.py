"""Reminds students of work that isn't handed in: two days and one day before it is due, and once it is overdue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from server.core import feeds
from server.core.area import Job
from server.core.batch import Batch, Origin
from server.core.context import Context
from server.core.database import Db
from server.grading.notices import link_of, when_words
from server.messaging.service import NewNotice, known_notices, notify
from server.people.organisations import system_actor
from shared.core.clock import instant_text
from shared.core.ids import derived_id
from shared.core.text import text
from shared.grading.reminder_rules import LATEST, SOONEST, Reminder, reminder_at
from shared.grading.vocabulary import AssignmentState, MarkStatus, SubmissionState, WorkKind
from shared.learning.vocabulary import ATTENDING
from shared.messaging.vocabulary import NoticePriority
from shared.people.vocabulary import PersonState

EVERY_SECONDS = 300.0
_INSTITUTES = "SELECT id, time_zone FROM organisation ORDER BY id"


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))


# An extension only ever gives more time; instants are texts of one width, so the later one is the greater one.
_DUE = "CASE WHEN x.due_at > a.due_at THEN x.due_at ELSE a.due_at END"
_CUTOFF = "CASE WHEN x.due_at > a.cutoff_at THEN x.due_at ELSE a.cutoff_at END"
_LACKING = f"""
SELECT a.id, a.title, e.person_id, {_DUE}, {_CUTOFF} FROM assignment a
JOIN cohort c ON c.organisation_id = a.organisation_id AND c.id = a.cohort_id
JOIN course k ON k.organisation_id = a.organisation_id AND k.id = c.course_id
JOIN enrolment e ON e.organisation_id = a.organisation_id AND e.cohort_id = a.cohort_id
JOIN person p ON p.organisation_id = a.organisation_id AND p.id = e.person_id
LEFT JOIN extension x ON x.organisation_id = a.organisation_id AND x.assignment_id = a.id AND x.enrolment_id = e.id
WHERE a.organisation_id = :o AND a.state = '{AssignmentState.OPEN}' AND a.work_kind = '{WorkKind.HANDED_IN}'
AND a.due_at IS NOT NULL AND (a.opens_at IS NULL OR a.opens_at <= :now)
AND {_DUE} > :earliest AND {_DUE} <= :latest
AND c.archived = false AND k.archived = false AND p.state = '{PersonState.ACTIVE}'
AND e.state IN ({_listed([str(state) for state in ATTENDING])})
AND NOT EXISTS (SELECT 1 FROM submission s WHERE s.organisation_id = a.organisation_id AND s.assignment_id = a.id
AND s.enrolment_id = e.id AND s.state IN ('{SubmissionState.SUBMITTED}', '{SubmissionState.RETURNED}'))
AND NOT EXISTS (SELECT 1 FROM mark m WHERE m.organisation_id = a.organisation_id AND m.assignment_id = a.id
AND m.enrolment_id = e.id AND m.status = '{MarkStatus.EXCUSED}')
ORDER BY a.id, e.id
"""  # noqa: S608 - our own words


@dataclass(frozen=True)
class _Lacking:
    """Someone who hasn't handed in a piece of work; the times are his or her own."""

    assignment_id: str
    title: str
    person_id: str
    due_at: str
    cutoff_at: str | None


def remind(context: Context) -> int:
    """Remind everybody who is to be reminded by now, each of each thing once, however often this runs and where."""
    with context.database.read() as db:
        institutes = [(str(row[0]), ZoneInfo(str(row[1]))) for row in db.rows(_INSTITUTES)]
    return sum(_remind_in(context, organisation_id, zone) for organisation_id, zone in institutes)


def _remind_in(context: Context, organisation_id: str, zone: tzinfo) -> int:
    now = context.clock.now()
    with context.database.read() as db:
        wanted = list(_reminders(db, organisation_id, now, zone))
        known = known_notices(db, organisation_id, [one.id for one in wanted])
    if all(one.id in known for one in wanted):
        return 0
    return context.database.write(lambda db: _tell(context, db, organisation_id, zone))


def _tell(context: Context, db: Db, organisation_id: str, zone: tzinfo) -> int:
    """Look again within the transaction: whoever handed in meanwhile isn't reminded any more."""
    now = context.clock.now()
    actor = system_actor(organisation_id, derived_id("campusdesk-server", organisation_id))
    batch = Batch(db, actor, Origin(""), instant_text(now), context.new_id)
    made = notify(batch, _reminders(db, organisation_id, now, zone))
    if made:
        feeds.write(batch, [], "reminders")
    return made


def _reminders(db: Db, organisation_id: str, now: datetime, zone: tzinfo) -> Iterator[NewNotice]:
    rows = db.rows(
        _LACKING,
        o=organisation_id,
        now=instant_text(now),
        earliest=instant_text(now - LATEST),
        latest=instant_text(now + SOONEST),
    )
    for one in (_Lacking(*row) for row in rows):
        which = reminder_at(one.due_at, one.cutoff_at, instant_text(now))
        if which is not None:
            yield _notice(one, which, zone)


def _notice(one: _Lacking, which: Reminder, zone: tzinfo) -> NewNotice:
    """A due time that moves is another one to be reminded of, so it is part of what the notice is about."""
    when = when_words(one.due_at, zone)
    if which is Reminder.OVERDUE:
        title = text("{work} is overdue", work=one.title)
        words = text("It was due {when}. Nothing is handed in yet.", when=when)
    else:
        title = text("{work} is due {when}", work=one.title, when=when)
        words = text("Nothing is handed in yet.")
    return NewNotice(
        one.person_id,
        ("reminder", str(which), one.assignment_id, one.due_at),
        title,
        words,
        priority=NoticePriority.MEDIUM if which is Reminder.TWO_DAYS else NoticePriority.HIGH,
        **link_of({"id": one.assignment_id, "work_kind": WorkKind.HANDED_IN}),
    )


JOB = Job("reminders", EVERY_SECONDS, remind)
