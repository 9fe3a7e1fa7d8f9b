"""A register opens for those who take or see registers, whichever way it is asked for; for students not at all."""

import pytest

from desktop.areas import OPENS, areas
from desktop.core.settings import Settings
from desktop.shell.assembly import make_window
from desktop.shell.main_window import PersonShown
from desktop.shell.preferences import Preferences
from shared.attendance.rules import why_not_taken
from shared.people.vocabulary import Role
from tests.attendance.classes import INSTRUCTOR, NAMES, NOW, SESSION, person_id, school
from tests.desks import make_actor

PAGE = "attendance.register"
STUDENT = make_actor(person_id(NAMES[0]), NAMES[0], Role.STUDENT)
AUDITOR = make_actor(person_id("Adwoa"), "Adwoa", Role.AUDITOR)


@pytest.fixture
def open_window(qtbot, desks, plain_look, tmp_path):
    def show(actor):
        here = desks(actor, school(NAMES[:2]))
        preferences = Preferences(Settings(), tmp_path / actor.person_id)
        made = make_window(here.desk, areas(), OPENS, preferences, PersonShown(actor.name))
        qtbot.addWidget(made)
        return made

    return show


@pytest.mark.parametrize("page", [PAGE, "attendance.registers"])
def test_a_student_cannot_open_a_register_by_its_name(open_window, page):
    window = open_window(STUDENT)
    before = window.history.here
    window.desk.open(page, SESSION)
    assert window.history.here == before
    assert window.toasts.toasts[-1].words == "Your role doesn't open this page. Ask the office."


def test_neither_rail_nor_palette_lead_a_student_to_registers(open_window):
    window = open_window(STUDENT)
    assert "attendance.registers" not in [entry.page for entry in window.book.in_order(STUDENT)]
    opened = []
    desk = window.desk
    for command in window.book.commands(STUDENT):
        seen = type(desk)(**{**desk.__dict__, "open": lambda page, *_ids, **_more: opened.append(page)})
        command.run(seen)
    assert not {PAGE, "attendance.registers"} & set(opened)


@pytest.mark.parametrize("actor", [INSTRUCTOR, AUDITOR])
def test_staff_open_it(open_window, actor):
    window = open_window(actor)
    window.desk.open(PAGE, SESSION)
    assert window.history.here.page == PAGE


def test_a_cancelled_class_says_why_its_roll_cannot_be_taken():
    cancelled = {"state": "cancelled", "cancel_reason": "Kofi is ill.", "starts_at": "2026-11-20T08:30:00.000Z"}
    told = "This class is cancelled: Kofi is ill. Ask the office to plan it again."
    assert why_not_taken(cancelled, NOW) == ("class_session_cancelled", told)
