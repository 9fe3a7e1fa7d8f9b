"""Desks of the people area, closed at the end, and the plain look for pages."""

import pytest

from tests.people.desks import REGISTRAR, open_desk


@pytest.fixture
def desks(tmp_path):
    """`desks(rows, actor)` opens a desk."""
    opened = []

    def open_one(rows=(), actor=REGISTRAR):
        made = open_desk(tmp_path / str(len(opened)), rows, actor)
        opened.append(made)
        return made

    yield open_one
    for one in opened:
        one.close()
