"""All forms of the desktop, by area."""

from __future__ import annotations

from tests.forms.book_finance import FINANCE
from tests.forms.book_grading import GRADING
from tests.forms.book_learning import ADMISSIONS, ATTENDANCE, LEARNING
from tests.forms.book_people import PEOPLE
from tests.forms.book_timetable import TIMETABLE

BOOK = {
    "people": PEOPLE,
    "learning": LEARNING,
    "admissions": ADMISSIONS,
    "attendance": ATTENDANCE,
    "timetable": TIMETABLE,
    "finance": FINANCE,
    "grading": GRADING,
}
