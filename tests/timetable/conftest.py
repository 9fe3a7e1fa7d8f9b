"""Desks in one class, closed at the end; the plain look for pages."""

import pytest

from desktop.widgets.background import wait_for_background
from tests.attendance.classes import INSTRUCTOR, open_desk


@pytest.fixture
def desks(tmp_path):
    """`desks(actor, rows)` opens a desk in the class of 08:30, at 08:36."""
    opened = []

    def open_one(actor=INSTRUCTOR, rows=None, **more):
        made = open_desk(tmp_path / str(len(opened)), actor, rows, **more)
        opened.append(made)
        return made

    yield open_one
    wait_for_background()
    for one in opened:
        one.close()
