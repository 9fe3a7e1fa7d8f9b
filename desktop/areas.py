"""The areas of the desktop, and which page shows which kind of row: the only list of them."""

from desktop.admissions.area import area as admissions
from desktop.attendance.area import area as attendance
from desktop.attendance.percent import enrolment_percent
from desktop.core.area import DesktopArea
from desktop.finance.account_section import account_section
from desktop.finance.area import area as finance
from desktop.finance.cancel_dialog import end_enrolments
from desktop.finance.fee_actions import enrolment_cost
from desktop.finance.online_card import GatewaysCard
from desktop.grading.area import area as grading
from desktop.grading.person_grades import grades_section
from desktop.grading.skills_card import skills_section
from desktop.grading.statistics_card import own_statistics, statistics_section
from desktop.learning.area import area as learning
from desktop.learning.area import person_section
from desktop.learning.store import cohort_choices, enrolled_people
from desktop.messaging.area import area as messaging
from desktop.messaging.ways_card import WaysCard
from desktop.messaging.wishes_card import WishesCard
from desktop.people.area import area as people
from desktop.timetable.area import area as timetable


def areas() -> tuple[DesktopArea, ...]:
    """Return all areas, lowest first."""
    sections = (
        statistics_section(),
        person_section(enrolment_percent),
        account_section(),
        grades_section(),
        skills_section(),
    )
    return (
        people(sections, cohort_choices, enrolled_people, (WaysCard, GatewaysCard), (own_statistics, WishesCard)),
        messaging(NOTICE_OPENS),
        learning(enrolment_cost, end_enrolments),
        timetable(),
        attendance(),
        finance(),
        grading(),
        admissions(),
    )


OPENS = {
    "person": "people.person",
    "course": "learning.course",
    "cohort": "learning.cohort",
    "class_session": "attendance.register",
    "register": "attendance.register",
    "kit_item": "kit.item",
    "assignment": "grading.mark",
    "application": "admissions.application",
}
"""The page that opens one row of a kind, for search results and conflicts."""

NOTICE_OPENS = {"work": "grading.work", "own_marks": "grading.own", "marking": "grading.mark"}
"""The page that a notice opens, by what it is about."""

QUICK = (("people", "user-plus"), ("learning", "upload"), ("timetable", "plus"), ("attendance", "plus"))
"""What Today offers at the top, as area and icon of a palette command; those allowed first, three at most."""
