"""Registers the learning area with the desktop, and lends the people area what belongs on its pages."""

from collections.abc import Mapping
from typing import Any

from desktop.core.area import DesktopArea, NavigationEntry, PaletteCommand
from desktop.core.desk import Desk
from desktop.learning.cohort_page import CohortPage
from desktop.learning.course_page import CoursePage
from desktop.learning.courses_page import CoursesPage
from desktop.learning.enrol_dialog import Costs, no_costs
from desktop.learning.enrolments_card import EnrolmentsCard, Percent
from desktop.learning.import_page import ImportPage
from desktop.learning.lines import STORE
from desktop.learning.rollover_page import ROLLOVER_PAGE, RolloverPage
from desktop.learning.students_tab import Ends, end_at_once
from desktop.learning.terms_page import TermsPage
from desktop.people.person_page import PersonSection
from shared.core.actor import Actor
from shared.core.text import text
from shared.learning.permissions import may_edit_courses
from shared.learning.rollover import may_roll_over
from shared.people.permissions import may_import_people
from shared.people.vocabulary import Permission


def may_see_courses(actor: Actor) -> bool:
    """Staff see courses and cohorts."""
    return actor.may(Permission.PEOPLE_SEE)


def person_section(percent: Percent | None = None) -> PersonSection:
    """Return the card of enrolments for a person's page; `percent` comes from the area that counts attendance."""
    return PersonSection(lambda desk, person_id: EnrolmentsCard(desk, person_id, percent))


def area(costs: Costs = no_costs, ends: Ends = end_at_once) -> DesktopArea:
    """Return the area; a higher one lends it what an enrolment costs, and what ending it does."""

    def courses(desk: Desk, _id: str | None, details: Mapping[str, Any]) -> CoursesPage:
        return CoursesPage(desk, details)

    def course(desk: Desk, course_id: str | None, _details: Mapping[str, Any]) -> CoursePage:
        return CoursePage(desk, course_id)

    def cohort(desk: Desk, cohort_id: str | None, details: Mapping[str, Any]) -> CohortPage:
        return CohortPage(desk, cohort_id, details, costs=costs, ends=ends)

    def terms(desk: Desk, _id: str | None, _details: Mapping[str, Any]) -> TermsPage:
        return TermsPage(desk)

    def imports(desk: Desk, _id: str | None, _details: Mapping[str, Any]) -> ImportPage:
        return ImportPage(desk)

    return DesktopArea(
        name="learning",
        store=STORE,
        navigation=(
            NavigationEntry("learning.courses", text("Courses"), "book-open", "teaching", may_see_courses, order=10),
            NavigationEntry("learning.import", text("Import"), "upload", "institute", may_import_people, order=10),
        ),
        pages={
            "learning.courses": courses,
            "learning.course": course,
            "learning.cohort": cohort,
            "learning.terms": terms,
            "learning.import": imports,
            ROLLOVER_PAGE: lambda desk, _id, _details: RolloverPage(desk),
        },
        guards={ROLLOVER_PAGE: may_roll_over},
        palette=_palette(),
    )


def _palette() -> tuple[PaletteCommand, ...]:
    def add(desk: Desk) -> None:
        desk.open("learning.courses", add=True)

    def show_terms(desk: Desk) -> None:
        desk.open("learning.terms")

    def roll_over(desk: Desk) -> None:
        desk.open(ROLLOVER_PAGE)

    def bring_in(desk: Desk) -> None:
        desk.open("learning.import")

    return (
        PaletteCommand(text("Add a course"), "plus", add, may_edit_courses),
        PaletteCommand(text("Academic terms"), "calendar", show_terms, may_edit_courses),
        PaletteCommand(text("Roll a term over"), "calendar", roll_over, may_roll_over),
        PaletteCommand(text("Import a roster"), "upload", bring_in, may_import_people),
    )
