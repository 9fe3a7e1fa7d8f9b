"""The rail of somebody who sees more pages than a small window holds: each can be reached, and none is cut."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from desktop.core.area import NavigationEntry
from desktop.core.settings import Settings
from desktop.shell.preferences import Preferences
from desktop.shell.rail import Rail

LONG = "Einschreibungen, Anmeldungen und Warteliste"


@pytest.fixture(params=["light", "dark"])
def rail(qtbot, request):
    """Thirty pages in three groups at the height of a small screen."""
    Preferences(Settings(theme=request.param)).apply_look()
    groups = {
        group: [NavigationEntry(f"{group}.{at}", LONG if at == 3 else f"{group} {at}", "users", group)
                for at in range(10)]
        for group in ("office", "teaching", "institute")
    }  # fmt: skip
    foot = [NavigationEntry("settings", "Settings", "settings", "institute")]
    made = Rail(groups, foot)
    qtbot.addWidget(made)
    made.resize(208, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


def _in_sight(rail, item):
    place = item.mapTo(rail.pages, QPoint(0, 0)).y()
    strips = [strip.height() if strip.isVisible() else 0 for strip in (rail.pages.above, rail.pages.below)]
    return place >= strips[0] and place + item.height() <= rail.pages.height() - strips[1]


def test_no_page_is_squeezed_and_the_strip_says_how_many_are_out_of_sight(rail):
    assert {item.height() for item in rail.items} == {rail.items[0].sizeHint().height()}
    assert rail.items[-1].geometry().bottom() <= rail.height()
    hidden = sum(not _in_sight(rail, item) for item in rail.items[:30])
    assert hidden == rail.pages.below.hidden_pages > 8
    assert rail.pages.below.text() == f"{hidden} more"
    assert not rail.pages.above.isVisible()


def test_the_keyboard_brings_each_page_into_sight(rail):
    rail.items[0].setFocus()
    for item in rail.items[1:30]:
        QTest.keyClick(rail.focusWidget(), Qt.Key.Key_Down)
        assert item.hasFocus()
        assert _in_sight(rail, item), item.text()
    assert rail.pages.above.isVisible()
    assert not rail.pages.below.isVisible()


def test_a_click_on_the_strip_shows_the_next_ones_and_back(rail):
    before = rail.pages.below.hidden_pages
    QTest.mouseClick(rail.pages.below, Qt.MouseButton.LeftButton)
    assert rail.pages.below.hidden_pages < before
    while rail.pages.below.isVisible():
        QTest.mouseClick(rail.pages.below, Qt.MouseButton.LeftButton)
    assert _in_sight(rail, rail.items[29])
    while rail.pages.above.isVisible():
        QTest.mouseClick(rail.pages.above, Qt.MouseButton.LeftButton)
    assert _in_sight(rail, rail.items[0])


def test_the_page_that_is_open_is_in_sight(rail):
    rail.set_here("institute.9")
    assert _in_sight(rail, rail.items[29])


def test_work_that_waits_out_of_sight_is_told(rail):
    rail.set_counts({"institute.9": 7, "institute.8": 2})
    assert rail.pages.below.waiting == 9
    assert rail.pages.below.toolTip().endswith("9 waiting")


def test_a_title_that_is_too_long_says_itself_whole_when_pointed_at(rail):
    cut = next(item for item in rail.items if item.text() == LONG and item.page.startswith("institute"))
    assert cut.toolTip() == LONG
    assert next(item for item in rail.items if item.page == "institute.5").toolTip() == ""


def test_collapsed_it_scrolls_as_well(rail):
    rail.set_narrow(True)
    assert rail.pages.below.isVisible()
    rail.set_here("institute.9")
    assert _in_sight(rail, rail.items[29])
