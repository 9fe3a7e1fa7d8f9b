"""What was chosen on a page is there again on another one like it, and what a form keeps itself is left to it."""

from datetime import date

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.shell.kept_choices import choices_of, choose_again
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.segmented import Segment, Segmented
from desktop.widgets.tabs import Tabs
from desktop.widgets.text_field import SearchField


class Form(QWidget):
    """A part that says itself what of it isn't saved."""

    def __init__(self):
        super().__init__()
        self.kind = Combo([("a", "A"), ("b", "B")], name="Kind")
        self.kind.setParent(self)

    def has_unsaved(self):
        return False


class Page(QWidget):
    """Filters, days, tabs and a form; the cohorts come later."""

    def __init__(self, *parts):
        super().__init__()
        self.state = Combo([("", "All states"), ("open", "Open"), ("paid", "Paid")], name="State")
        self.other = Combo([("", "All states"), ("open", "Open"), ("paid", "Paid")], name="State")
        self.cohort = Combo([("", "All cohorts")], name="Cohort")
        self.part = Segmented([Segment(one, one) for one in parts or ("all", "own")], name="Part")
        self.tabs = Tabs([("rooms", "Rooms"), ("days", "Holidays")], name="Parts")
        self.search, self.form = SearchField("Find"), Form()
        self.day = DateField(date(2026, 11, 20), today=lambda: date(2026, 11, 20), name="Until")
        column = QVBoxLayout(self)
        for one in (self.state, self.other, self.cohort, self.part, self.tabs, self.search, self.form, self.day):
            column.addWidget(one)


@pytest.fixture
def make(qapp):
    made = []

    def page(*parts):
        made.append(Page(*parts))
        return made[-1]

    yield page
    for one in made:
        one.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def pick(combo, identity):
    """Choose as a person does."""
    combo.choose(identity)
    combo.activated.emit(combo.currentIndex())


def test_filters_views_search_and_days_are_there_again(make, qtbot):
    page, anew, told = make(), make(), []
    page.cohort.set_choices([("", "All cohorts"), ("b", "Radio A")])
    pick(page.other, "paid")
    pick(page.cohort, "b")
    page.part.choose("own")
    page.tabs.choose("days")
    page.search.setText("mensah")
    page.day.clear()
    qtbot.keyClicks(page.day, "24/11")
    assert page.day.value == date(2026, 11, 24)
    anew.other.currentIndexChanged.connect(told.append)
    choose_again(anew, choices_of(page))
    assert (anew.state.chosen, anew.other.chosen) == ("", "paid")
    assert told == [2], "the page is told as when somebody chooses"
    assert (anew.part.chosen, anew.tabs.chosen, anew.search.text()) == ("own", "days", "mensah")
    assert anew.day.value == date(2026, 11, 24)
    assert anew.cohort.chosen == "", "its cohorts aren't read yet"
    assert choices_of(anew) == choices_of(page), "and it is still wished where it is made anew meanwhile"
    anew.cohort.set_choices([("", "All cohorts"), ("a", "Photography 1"), ("b", "Radio A")])
    assert anew.cohort.chosen == "b"
    third = make()
    choose_again(third, choices_of(anew))
    assert third.other.chosen == "paid", "and once more"


def test_what_a_page_chose_itself_a_form_keeps_or_a_row_has_is_left_out(make):
    page = make()
    page.state.choose("paid")
    page.other.keeps = False
    pick(page.other, "paid")
    pick(page.form.kind, "b")
    page.day.set_value(date(2026, 12, 1))
    anew = make()
    choose_again(anew, choices_of(page))
    assert (anew.state.chosen, anew.other.chosen, anew.form.kind.chosen) == ("", "", "a")
    assert anew.day.value == date(2026, 11, 20)


def test_a_choice_that_isnt_offered_any_more_stays_as_it_came(make):
    page = make()
    page.part.choose("own")
    pick(page.state, "open")
    anew = make("all", "mine")
    anew.state.set_choices([("", "All states")])
    choose_again(anew, choices_of(page))
    assert (anew.part.chosen, anew.state.chosen) == ("all", "")
    pick(anew.state, "")
    anew.state.set_choices([("", "All states"), ("open", "Open")])
    assert anew.state.chosen == "", "somebody has chosen since"
