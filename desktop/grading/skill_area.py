"""What the skills logbook and portfolios add to the desktop's pages."""

from desktop.core.area import NavigationEntry, PaletteCommand
from desktop.core.desk import Desk
from desktop.grading.logbook_page import LogbookPage
from desktop.grading.portfolio_page import PortfolioPage
from desktop.grading.skills_page import SkillsPage
from shared.core.actor import Actor
from shared.core.text import text
from shared.grading.permissions import marks_work, sees_marks
from shared.people.permissions import is_student
from shared.people.vocabulary import Permission


def sees_skills(actor: Actor) -> bool:
    """Whoever marks, or sees the whole institute and its marks."""
    return marks_work(actor) or (actor.may(Permission.SEE_ALL) and sees_marks(actor))


def sees_some(actor: Actor) -> bool:
    """Students see their own, staff those of their students."""
    return is_student(actor) or sees_skills(actor)


def _open_skills(desk: Desk) -> None:
    desk.open("grading.skills")


PAGES = {"grading.skills": SkillsPage, "grading.logbook": LogbookPage, "grading.portfolio": PortfolioPage}
GUARDS = {"grading.skills": sees_skills, "grading.logbook": sees_some, "grading.portfolio": sees_some}


def navigation() -> tuple[NavigationEntry, ...]:
    """Return the places in the rail."""
    return (
        NavigationEntry("grading.logbook", text("My skills"), "list-checks", "teaching", is_student, order=14),
        NavigationEntry("grading.portfolio", text("My portfolio"), "folder", "teaching", is_student, order=15),
        NavigationEntry("grading.skills", text("Skills"), "list-checks", "teaching", sees_skills, order=17),
    )


def palette() -> tuple[PaletteCommand, ...]:
    """Return what the command palette can start."""
    return (PaletteCommand(text("Record a skill that you saw"), "list-checks", _open_skills, marks_work),)
