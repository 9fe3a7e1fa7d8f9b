"""What walks through an office stand on: its computers, and pages as large as on a small screen."""

import pytest

from desktop.widgets.theme import Scheme, theme
from tests.walks.office import computer

USUAL = ("Office", "Front desk")


@pytest.fixture
def computers(tmp_path):
    """The office's computers by name, each with a folder of its own."""
    made = {name: computer(tmp_path / name, name) for name in USUAL}
    yield made
    for one in made.values():
        one.close()


@pytest.fixture
def shown(qtbot):
    """`shown(page)` shows a page as in the window."""
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)

    def show(page):
        qtbot.addWidget(page)
        page.resize(1168, 844)
        with qtbot.waitExposed(page):
            page.show()
        return page

    return show
