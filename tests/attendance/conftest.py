"""Desks in one class, closed at the end, and its register page in the plain look."""

import pytest

from desktop.attendance.register_page import RegisterPage
from desktop.widgets.theme import Scheme, theme
from tests.attendance.classes import INSTRUCTOR, SESSION, open_desk, school
from tests.fixtures.windows import bring_forward


@pytest.fixture
def desks(tmp_path):
    """`desks(actor, rows)` opens a desk in the class of 08:30, at 08:36."""
    opened = []

    def open_one(actor=INSTRUCTOR, rows=None, **more):
        made = open_desk(tmp_path / str(len(opened)), actor, rows, **more)
        opened.append(made)
        return made

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def plain_look(qapp):
    """The light theme at 100 %."""
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def open_register(qtbot, desks, plain_look):
    """`open_register(actor, rows, size)` shows a register with the focus on its students."""

    def show(*actor, rows=None, size=(1232, 844), **more):
        here = desks(*actor, rows=school() if rows is None else rows, **more)
        page = RegisterPage(here.desk, SESSION, {})
        qtbot.addWidget(page)
        page.resize(*size)
        bring_forward(qtbot, page)
        page.first_focus().setFocus()
        page.here = here
        return page

    return show
