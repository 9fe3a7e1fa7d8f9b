"""What marking adds to the desktop."""

from desktop.core.area import DesktopArea, NavigationEntry, PageFactory, PaletteCommand
from desktop.core.desk import Desk
from desktop.grading import skill_area
from desktop.grading.book_page import BookPage
from desktop.grading.given_page import GivenPage
from desktop.grading.lines import STORE
from desktop.grading.marked_page import MarkedPage
from desktop.grading.marking_page import MarkingPage
from desktop.grading.marking_queue import waiting_work
from desktop.grading.marking_queue_page import QueuePage
from desktop.grading.my_work_page import MyWorkPage
from desktop.grading.my_work_store import due_count
from desktop.grading.own_page import OwnMarksPage
from desktop.grading.review_page import ReviewPage
from desktop.grading.statistics_page import StatisticsPage
from desktop.grading.work_page import WorkPage
from shared.core.actor import Actor
from shared.core.text import text
from shared.grading.permissions import marks_work, sees_marks
from shared.people.permissions import is_student
from shared.people.vocabulary import Permission


def sees_gradebooks(actor: Actor) -> bool:
    """Whoever marks, or sees the whole institute and its marks."""
    return marks_work(actor) or (actor.may(Permission.SEE_ALL) and sees_marks(actor))


def sets_work(actor: Actor) -> bool:
    """Whoever sets work somewhere."""
    return sees_gradebooks(actor) and actor.may(Permission.ASSIGNMENTS_EDIT)


def _open_book(desk: Desk) -> None:
    desk.open("grading.book")


def _open_statistics(desk: Desk) -> None:
    desk.open("grading.statistics")


def _open_queue(desk: Desk) -> None:
    desk.open("grading.queue")


def _add_work(desk: Desk) -> None:
    desk.open("grading.book", None, act="new")


_OWN_PAGES: dict[str, PageFactory] = {
    "grading.own": OwnMarksPage,
    "grading.work": WorkPage,
    "grading.review": ReviewPage,
    "grading.files": GivenPage,
    "grading.marked": MarkedPage,
    "grading.my_work": MyWorkPage,
}
"""The pages of a student's own work and marks."""


def area() -> DesktopArea:
    """Return marking's rows, pages, navigation entries and palette commands."""
    return DesktopArea(
        name="grading",
        store=STORE,
        navigation=(
            NavigationEntry(
                "grading.queue", text("Grading"), "pencil-ruler", "teaching", marks_work, badge=waiting_work, order=16
            ),
            NavigationEntry(
                "grading.my_work", text("My work"), "file-text", "teaching", is_student, badge=due_count, order=12
            ),
            NavigationEntry("grading.own", text("My marks"), "table-2", "teaching", is_student, order=13),
            NavigationEntry("grading.book", text("Gradebook"), "table-2", "teaching", sees_gradebooks, order=17),
            *skill_area.navigation(),
        ),
        pages={
            "grading.book": BookPage,
            "grading.statistics": StatisticsPage,
            "grading.mark": MarkingPage,
            "grading.queue": QueuePage,
            **_OWN_PAGES,
            **skill_area.PAGES,
        },
        guards={
            "grading.book": sees_gradebooks,
            "grading.statistics": sees_gradebooks,
            "grading.mark": sees_gradebooks,
            "grading.queue": marks_work,
            **dict.fromkeys(_OWN_PAGES, is_student),
            **skill_area.GUARDS,
        },
        palette=_palette(),
    )


def _palette() -> tuple[PaletteCommand, ...]:
    return (
        PaletteCommand(text("Grade work"), "pencil-ruler", _open_queue, marks_work),
        PaletteCommand(text("Open the gradebook"), "table-2", _open_book, sees_gradebooks),
        PaletteCommand(text("Statistics of work"), "chart-column", _open_statistics, sees_gradebooks),
        PaletteCommand(text("Add work"), "plus", _add_work, sets_work),
        *skill_area.palette(),
    )
