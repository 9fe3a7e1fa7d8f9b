"""The plain look for pages of marking."""

import dataclasses

import pytest

from desktop.grading.marking_page import MarkingPage
from desktop.widgets.background import wait_for_background
from desktop.widgets.theme import Scheme, theme
from tests.fixtures.windows import bring_forward
from tests.grading.marking_rows import INSTRUCTOR, WORK, open_class


@pytest.fixture
def plain_look(qapp):
    """The light theme at 100 %; work in the background is over when a test ends."""
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)
    yield
    wait_for_background()


@pytest.fixture
def bench(qtbot, tmp_path, plain_look):
    """`bench(actor, rows)` shows the workbench in a window, with the keyboard at the rubric."""
    opened = []

    def show(actor=INSTRUCTOR, rows=None, enrolment="", size=(1232, 844), settings=None):
        here = open_class(tmp_path / str(len(opened)), actor, rows)
        if settings is not None:
            here = dataclasses.replace(here, desk=dataclasses.replace(here.desk, settings=settings))
        opened.append(here)
        page = MarkingPage(here.desk, WORK, {"enrolment": enrolment})
        qtbot.addWidget(page)
        page.resize(*size)
        bring_forward(qtbot, page)
        page.first_focus().setFocus()
        page.here = here
        return page

    yield show
    wait_for_background()
    for one in opened:
        one.close()
