"""The sample's apologies and leave requests, in every state, around the day it is made for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from server.demo.plan import SampleCohort, SamplePlan, SampleSession
from shared.core.clock import instant_text
from shared.core.ids import derived_id


@dataclass(frozen=True)
class SampleLeave:
    """One request: `at` cohort and student by their places, days from today, and what became of it."""

    id: str
    person_id: str
    cohort: SampleCohort
    kind: str
    starts_at: str
    ends_at: str
    reason: str
    asked_days: int
    state: str
    answer: str
    for_all: bool


# Cohort, student, kind, first and last day from today, reason, asked days before today, state, answer, all classes.
_WANTED = (
    (0, 3, "apology", 0, 0, "A dentist's appointment at nine.", 0, "asked", "", False),
    (0, 7, "leave", -1, 2, "My grandmother's funeral in Tamale.", 3, "approved", "Our sympathy to your family.", True),
    (1, 5, "apology", 0, 0, "The lorry from Kasoa broke down.", 0, "asked", "", False),
    (1, 11, "leave", 3, 9, "A photo assignment for the Daily Guide.", 2, "asked", "", True),
    (2, 2, "leave", -8, -6, "Malaria; the clinic's letter is at the front desk.", 9, "approved", "", True),
    (2, 9, "apology", 1, 1, "Church choir rehearsal.", 1, "declined", "The rehearsal is in the evening.", False),
    (
        3,
        4,
        "leave",
        7,
        20,
        "Family matters abroad.",
        4,
        "declined",
        "Exams fall into these days. See the office.",
        True,
    ),
    (3, 12, "apology", -3, -3, "A job interview.", 5, "approved", "Good luck.", False),
    (4, 1, "leave", 2, 4, "Moving house.", 6, "withdrawn", "", True),
    (5, 6, "apology", 0, 1, "Fever since last night.", 0, "asked", "", False),
)


def known_in_advance(leave: Iterable[SampleLeave], session: SampleSession) -> frozenset[str]:
    """Return whom approved leave excuses from a class session: nobody marks them in class."""
    starts = session.fields["starts_at"], session.fields["ends_at"]
    return frozenset(
        one.person_id
        for one in leave
        if one.state == "approved"
        and one.starts_at < str(starts[1])
        and one.ends_at > str(starts[0])
        and (one.for_all or one.cohort.id == session.cohort.id)
    )


def sample_leave(plan: SamplePlan, zone: ZoneInfo) -> Iterator[SampleLeave]:
    """Yield the requests; the same plan gives the same ones."""
    for at, (cohort_at, student, kind, first, last, reason, asked, state, answer, for_all) in enumerate(_WANTED):
        cohort = plan.cohorts[cohort_at % len(plan.cohorts)]
        begins = datetime.combine(plan.today + timedelta(days=first), time(), zone)
        ends = datetime.combine(plan.today + timedelta(days=last + 1), time(), zone)
        yield SampleLeave(
            id=derived_id("sample-leave", str(at), instant_text(begins)),
            person_id=cohort.enrolments[student % len(cohort.enrolments)][1],
            cohort=cohort,
            kind=kind,
            starts_at=instant_text(begins),
            ends_at=instant_text(ends),
            reason=reason,
            asked_days=asked,
            state=state,
            answer=answer,
            for_all=for_all,
        )
