"""All forms of the desktop, by area."""

from __future__ import annotations

from tests.forms.book_chosen import CHOSEN
from tests.forms.book_finance import FINANCE
from tests.forms.book_grading import GRADING
from tests.forms.book_learning import ADMISSIONS, ATTENDANCE, LEARNING
from tests.forms.book_people import PEOPLE
from tests.forms.book_till import TILL
from tests.forms.book_timetable import TIMETABLE
from tests.forms.driving import Form

_BY_AREA = {
    "people": PEOPLE,
    "learning": LEARNING,
    "admissions": ADMISSIONS,
    "attendance": ATTENDANCE,
    "timetable": TIMETABLE,
    "finance": (*FINANCE, *TILL),
    "grading": GRADING,
}
BOOK = {area: (*forms, *CHOSEN.get(area, ())) for area, forms in _BY_AREA.items()}


def dialogs(area: str) -> list[Form]:
    """Return the dialogs of an area; pages, with several forms each, are for the whole run alone."""
    return [form for form in BOOK[area] if "Dialog" in form.name]
