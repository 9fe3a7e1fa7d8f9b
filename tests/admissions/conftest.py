"""Desks in an institute that takes applications, closed at the end; the plain look for pages."""

import pytest

from desktop.widgets.background import wait_for_background
from desktop.widgets.theme import Scheme, theme
from tests.admissions.rows import open_desk
from tests.attendance.classes import REGISTRAR


@pytest.fixture
def desks(tmp_path):
    """`desks(actor, rows)` opens a desk on the Friday."""
    opened = []

    def open_one(actor=REGISTRAR, given=None, **more):
        made = open_desk(tmp_path / str(len(opened)), actor, given, **more)
        opened.append(made)
        return made

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def open_page(qtbot, qapp, desks):
    """`open_page(Page, actor, id)` shows a page of a desk."""
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)

    def show(kind, actor=REGISTRAR, entity=None, given=None, **details):
        here = desks(actor, given)
        page = kind(here.desk, entity, details)
        qtbot.addWidget(page)
        page.resize(1232, 844)
        with qtbot.waitExposed(page):
            page.show()
        page.here = here
        return page

    yield show
    wait_for_background()
