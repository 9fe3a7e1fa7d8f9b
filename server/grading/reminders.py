"""Reminds students of work that isn't handed in: two days and one day before it is due, and once it is overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from server.core import feeds
from server.core.area import Job
from server.core.context import Context
from server.core.database import Db
from server.core.isolation import DirectorySql
from server.core.sql import looked_up
from server.grading.notices import link_of, when_words
from server.messaging.service import NewNotice, known_notices, notice_id, notify
from server.people.own_work import server_batch
from shared.core.clock import instant_text
from shared.core.text import text
from shared.grading.reminder_rules import LATEST, SOONEST, Reminder, reminder_at
from shared.grading.vocabulary import AssignmentState, MarkStatus, SubmissionState, WorkKind
from shared.learning.vocabulary import ATTENDING
from shared.messaging.vocabulary import NoticePriority
from shared.people.vocabulary import PersonState

EVERY_SECONDS = 300.0
_INSTITUTES = DirectorySql("SELECT id, time_zone FROM {directory} d ORDER BY id")


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))


# An extension only ever gives more time; instants are texts of one width, so the later one is the greater one.
_DUE = "CASE WHEN x.due_at > a.due_at THEN x.due_at ELSE a.due_at END"
_CUTOFF = "CASE WHEN x.due_at > a.cutoff_at THEN x.due_at ELSE a.cutoff_at END"
_HANDED_IN = f"'{SubmissionState.SUBMITTED}', '{SubmissionState.RETURNED}'"
_BY_KEY = (
    ("cohort", "c", "id = a.cohort_id"),
    ("course", "k", "id = c.course_id"),
    ("enrolment", "e", "cohort_id = a.cohort_id"),
    ("person", "p", "id = e.person_id"),
    ("extension", "x", "cohort_id = a.cohort_id AND {k}.assignment_id = a.id AND {k}.enrolment_id = e.id"),
    ("submission", "s", f"assignment_id = a.id AND {{k}}.enrolment_id = e.id AND {{k}}.state IN ({_HANDED_IN})"),
    ("mark", "m", f"assignment_id = a.id AND {{k}}.enrolment_id = e.id AND {{k}}.status = '{MarkStatus.EXCUSED}'"),
)


def _lacking_sql(dialect: str) -> str:
    """Return the statement that finds who lacks what; each table is looked up by key, whatever its size."""
    joined = "\n".join(
        looked_up(dialect, table, alias, condition.replace("{k}", alias if dialect == "sqlite" else "k"))
        for table, alias, condition in _BY_KEY
    )
    return f"""
SELECT a.id, a.title, e.person_id, {_DUE}, {_CUTOFF} FROM assignment a
{joined}
WHERE a.organisation_id = :organisation_id AND a.state = '{AssignmentState.OPEN}'
AND a.work_kind = '{WorkKind.HANDED_IN}' AND a.due_at IS NOT NULL AND (a.opens_at IS NULL OR a.opens_at <= :now)
AND {_DUE} > :earliest AND {_DUE} <= :latest
AND c.archived = false AND k.archived = false AND p.state = '{PersonState.ACTIVE}'
AND e.state IN ({_listed([str(state) for state in ATTENDING])}) AND s.id IS NULL AND m.id IS NULL
ORDER BY a.id, e.id
"""  # noqa: S608 - our own words


_LACKING = {dialect: _lacking_sql(dialect) for dialect in ("sqlite", "postgresql")}


@dataclass(frozen=True)
class _Lacking:
    """Someone who hasn't handed in a piece of work and is to be reminded; the time is his or her own."""

    assignment_id: str
    title: str
    person_id: str
    due_at: str
    which: Reminder

    @property
    def about(self) -> tuple[str, ...]:
        """What the reminder is about: a due time that moves is another one to be reminded of."""
        return "reminder", str(self.which), self.assignment_id, self.due_at

    @property
    def notice_id(self) -> str:
        """The id of the reminder."""
        return notice_id(self.person_id, self.about)


def remind(context: Context) -> int:
    """Remind everybody who is to be reminded by now, each of each thing once, however often this runs and where."""
    with context.database.read() as db:
        institutes = [(str(row[0]), ZoneInfo(str(row[1]))) for row in db.rows(_INSTITUTES)]
    return sum(_remind_in(context, organisation_id, zone) for organisation_id, zone in institutes)


def _remind_in(context: Context, organisation_id: str, zone: tzinfo) -> int:
    with context.database.read() as db:
        fresh = _not_reminded(db, organisation_id, context.clock.now())
    return context.database.write(lambda db: _tell(context, db, organisation_id, zone)) if fresh else 0


def _tell(context: Context, db: Db, organisation_id: str, zone: tzinfo) -> int:
    """Look again within the transaction: whoever handed in meanwhile isn't reminded any more."""
    now = context.clock.now()
    batch = server_batch(context, db, organisation_id)
    made = notify(batch, [_notice(one, zone) for one in _not_reminded(db, organisation_id, now)])
    if made:
        feeds.write(batch, [], "reminders")
    return made


def _not_reminded(db: Db, organisation_id: str, now: datetime) -> list[_Lacking]:
    """Return who is to be reminded of what by now and wasn't yet."""
    at = instant_text(now)
    rows = db.rows(
        _LACKING[db.dialect],
        organisation_id=organisation_id,
        now=at,
        earliest=instant_text(now - LATEST),
        latest=instant_text(now + SOONEST),
    )
    which = {times: reminder_at(*times, at) for times in {(row[3], row[4]) for row in rows}}
    found = [
        _Lacking(work, title, person, due, reminder)
        for work, title, person, due, cutoff in rows
        if (reminder := which[due, cutoff]) is not None
    ]
    known = known_notices(db, organisation_id, [one.notice_id for one in found])
    return [one for one in found if one.notice_id not in known]


def _notice(one: _Lacking, zone: tzinfo) -> NewNotice:
    when = when_words(one.due_at, zone)
    if one.which is Reminder.OVERDUE:
        title = text("{work} is overdue", work=one.title)
        words = text("It was due {when}. Nothing is handed in yet.", when=when)
    else:
        title = text("{work} is due {when}", work=one.title, when=when)
        words = text("Nothing is handed in yet.")
    return NewNotice(
        one.person_id,
        one.about,
        title,
        words,
        priority=NoticePriority.MEDIUM if one.which is Reminder.TWO_DAYS else NoticePriority.HIGH,
        **link_of({"id": one.assignment_id, "work_kind": WorkKind.HANDED_IN}),
    )


JOB = Job("reminders", EVERY_SECONDS, remind)
