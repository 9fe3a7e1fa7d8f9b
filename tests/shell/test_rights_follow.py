"""A window whose person's rights change while it is open: rail and pages follow, and nothing that was typed is lost."""

import pytest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.core.area import DesktopArea, NavigationEntry
from desktop.core.settings import Settings
from desktop.shell import page_book
from desktop.shell.assembly import make_window
from desktop.shell.main_window import PersonShown
from desktop.shell.preferences import Preferences
from desktop.shell.rights_follow import has_typed
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import primary
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.text_field import SearchField
from tests.shell.conftest import student_id

SEES, EDITS = "people.see", "people.edit"
SOMEONE = student_id(0, 1)


class Foot(QWidget):
    """A part with a Save button of its own."""

    unsaved = False

    def has_unsaved(self):
        return self.unsaved


class Drafts(QWidget):
    """A form whose typing is there again where it is made anew."""

    kept = ""

    def __init__(self, parent):
        super().__init__(parent)
        self.line = QLineEdit(Drafts.kept, self)

    def keeps_drafts(self):
        return True

    def keep_draft(self):
        Drafts.kept = self.line.text()


class Form(QWidget):
    """A page with a line to type, a note and a search; it shows whether the person may edit."""

    def __init__(self, desk, identity):
        super().__init__()
        self.desk = desk
        self.setWindowTitle(f"Person {identity}" if identity else "")
        self.may_edit = desk.actor.may(EDITS)
        column = QVBoxLayout(self)
        self.line, self.note, self.search = QLineEdit("as it was", self), QPlainTextEdit(self), SearchField()
        self.state = Combo([("", "All states"), ("open", "Open"), ("paid", "Paid")], name="State")
        self.state.setParent(self)
        self.foot, self.drafts, self.busy = Foot(self), Drafts(self), False
        for one in (self.line, self.note, self.search, self.foot, self.drafts):
            column.addWidget(one)

    def keeps_open(self):
        return self.busy


@pytest.fixture(autouse=True)
def nothing_kept():
    Drafts.kept = ""


@pytest.fixture
def area():
    """A list of people for those who see them, persons, and a page of everybody's."""
    return DesktopArea(
        "people",
        navigation=(
            NavigationEntry("people.list", "Students", "users", "office", may=lambda one: one.may(SEES)),
            NavigationEntry("learning.own", "Courses", "book-open", "teaching"),
        ),
        pages={
            "people.list": lambda desk, identity, _details: Form(desk, identity),
            "people.person": lambda desk, identity, _details: Form(desk, identity),
            "learning.own": lambda desk, identity, _details: Form(desk, identity),
        },
    )


@pytest.fixture
def window(qtbot, office, area):
    made = make_window(
        office.desk, [area], {}, Preferences(Settings(theme="light")), PersonShown("Grace Kimani", "E-001", "Registrar")
    )
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    qtbot.waitUntil(lambda: made.page.shown is not None)
    return made


def _less(window, *words):
    return window.desk.actor.permissions - set(words)


def _words(window):
    return [one.words for one in window.toasts.toasts]


def _rail(window):
    return [one.text() for one in window.rail.items]


def test_the_rail_the_name_and_the_role_follow(window, told):
    assert _rail(window)[:3] == ["Today", "Students", "Courses"]
    told(permissions=_less(window, SEES), roles=("cashier",), name="Grace Wanjiru Kimani")
    assert "Students" not in _rail(window)
    assert window.top.person.accessibleName() == "Grace Wanjiru Kimani, Cashier"
    assert [one.page for one in window.rail.items if one.isChecked()] == [page_book.TODAY]
    told(permissions=window.desk.actor.permissions | {SEES})
    assert "Students" in _rail(window)


def test_a_page_that_stays_open_is_made_anew_with_one_sentence(window, told):
    window.open_page("people.person", SOMEONE)
    old = window.page
    assert old.may_edit
    told(permissions=_less(window, EDITS))
    assert window.page is not old
    assert not window.page.may_edit
    assert window.history.here.entity_id == SOMEONE
    assert _words(window) == ["What you may do has changed. The pages show it from now on."]


def test_a_page_that_isnt_open_any_more_closes_with_its_name_and_none_leads_back(window, told):
    window.open_page("people.list")
    window.open_page("people.person", SOMEONE)
    told(permissions=_less(window, SEES))
    assert window.history.here.page == page_book.TODAY
    assert _words(window) == [f"“Person {SOMEONE}” isn't open to you any more. What you saved there is still sent."]
    assert {one.property("place").page for one in window.kept_pages()} == {page_book.TODAY}
    window.go_back()
    assert window.history.here.page == page_book.TODAY


def test_rows_coming_and_going_alone_change_no_page(window, told):
    window.open_page("people.list")
    old = window.page
    told(scopes=("cohort:1", "cohort:2"))
    assert window.page is old
    assert window.desk.actor.scopes == ("cohort:1", "cohort:2")
    assert not _words(window)


@pytest.mark.parametrize("field", ["line", "note"])
def test_what_was_typed_on_a_page_stays_and_asks_the_new_rights(window, told, qtbot, field):
    window.open_page("people.person", SOMEONE)
    page = window.page
    qtbot.keyClicks(getattr(page, field), "half a word")
    told(permissions=_less(window, EDITS))
    assert window.page is page
    assert not page.desk.actor.may(EDITS)
    assert _words(window) == ["What you may do has changed. What you typed stays; saving it may be refused."]


def test_what_was_typed_on_a_closed_page_stays_until_it_is_left(window, told, qtbot):
    window.open_page("people.list")
    page = window.page
    qtbot.keyClicks(page.line, "half a word")
    told(permissions=_less(window, SEES))
    assert window.page is page
    assert "half a word" in page.line.text()
    assert _words(window) == ["You may no longer save here. What you typed stays until you leave this page."]
    window.open_page("learning.own")
    assert page not in window.kept_pages()
    window.go_back()
    assert window.history.here.page == page_book.TODAY, "nothing leads back to it"


def test_a_page_out_of_sight_keeps_what_was_typed_where_it_is_still_open(window, told, qtbot):
    window.open_page("people.person", SOMEONE)
    typed = window.page
    qtbot.keyClicks(typed.line, "half a word")
    window.open_page("learning.own")
    told(permissions=_less(window, EDITS))
    assert typed in window.kept_pages()
    told(permissions=_less(window, SEES))
    assert typed not in window.kept_pages()


def test_an_open_dialog_keeps_what_was_typed_and_the_page_waits_for_it(window, told, qtbot):
    window.open_page("people.person", SOMEONE)
    page = window.page
    dialog = Dialog(window, "Change the person")
    field = QLineEdit()
    dialog.add(field)
    dialog.open_dialog()
    qtbot.keyClicks(field, "half a word")
    told(permissions=_less(window, EDITS), wait=False)
    assert dialog.isVisible()
    assert field.text() == "half a word"
    assert window.page is page
    assert _words(window) == ["What you may do has changed. What you typed stays; saving it may be refused."]
    dialog.reject()
    qtbot.waitUntil(lambda: window.page is not page)
    assert not window.page.may_edit


def test_a_dialog_over_a_page_that_closes_says_that_it_cant_be_saved(window, told, qtbot):
    window.open_page("people.person", SOMEONE)
    dialog = Dialog(window, "Change the person")
    save = dialog.add_button(primary("Save"))
    dialog.open_dialog()
    told(permissions=_less(window, SEES), wait=False)
    assert not save.isEnabled()
    assert dialog.barred == "You may no longer save this. What you typed stays until you close it."
    assert window.history.here.page == "people.person"
    dialog.reject()
    qtbot.waitUntil(lambda: window.history.here.page == page_book.TODAY)


def test_a_dialog_that_may_still_save_is_left_alone(window, told, qtbot):
    """Even where the page below it closes: it may have been opened from the palette."""
    window.open_page("people.list")
    dialog, saved = Dialog(window, "Add charge"), []
    dialog.needs = ("finance.charge",)
    save = dialog.add_button(primary("Save", on_click=lambda: saved.append("button")))
    dialog.open_dialog()
    told(permissions=_less(window, SEES), wait=False)
    assert not dialog.barred
    assert not _words(window)
    save.click()
    assert saved == ["button"]
    dialog.reject()
    qtbot.waitUntil(lambda: window.history.here.page == page_book.TODAY)


def test_two_changes_while_a_dialog_is_open_count_from_the_first(window, told, qtbot):
    """What was taken and given back in between is open as before."""
    window.open_page("people.person", SOMEONE)
    dialog = Dialog(window, "Change the person")
    dialog.open_dialog()
    before = window.desk.actor.permissions
    told(permissions=_less(window, SEES), wait=False)
    told(permissions=before, wait=False)
    dialog.reject()
    qtbot.waitUntil(lambda: window.rights._before is None)
    assert window.history.here.page == "people.person"


def test_a_page_waits_for_the_answer_that_is_on_its_way_to_it(window, told, qtbot):
    """Else nobody would learn what became of what was just saved."""
    window.open_page("people.person", SOMEONE)
    page, answers = window.page, []
    run_in_background(lambda: "saved", answers.append, None, page.line)
    told(permissions=_less(window, EDITS), wait=False)
    assert window.page is page
    qtbot.waitUntil(lambda: window.page is not page)
    assert answers == ["saved"]


def test_a_page_whose_kiosk_hides_the_window_waits_until_it_is_back(window, told, qtbot):
    """The kiosk hangs on its page: made anew, nothing would be left on the screen."""
    window.open_page("people.person", SOMEONE)
    page = window.page
    window.hide()
    told(permissions=_less(window, EDITS), wait=False)
    assert not window.desk.actor.may(EDITS), "what is marked there goes by the new rights"
    window.rights._renew()
    assert window.page is page
    window.show()
    qtbot.waitUntil(lambda: window.page is not page)


def test_a_page_that_says_so_is_not_made_anew_yet(window, told, qtbot):
    window.open_page("people.person", SOMEONE)
    page = window.page
    page.busy = True
    told(permissions=_less(window, EDITS), wait=False)
    window.rights._renew()
    assert window.page is page
    page.busy = False
    qtbot.waitUntil(lambda: window.page is not page)


def test_what_was_chosen_and_not_saved_counts_as_typed(window, qtbot):
    window.open_page("people.person", SOMEONE)
    window.page.foot.unsaved = True
    assert has_typed(window.page)


def test_a_form_that_keeps_drafts_is_made_anew_once_it_has_kept_them(window, told, qtbot):
    window.open_page("people.person", SOMEONE)
    page = window.page
    qtbot.keyClicks(page.drafts.line, "half a word")
    assert not has_typed(page)
    told(permissions=_less(window, EDITS))
    assert window.page is not page
    assert Drafts.kept == "half a word"
    assert window.page.drafts.line.text() == "half a word"


def _pick(combo, identity):
    """Choose as a person does."""
    combo.choose(identity)
    combo.activated.emit(combo.currentIndex())


def test_what_was_chosen_on_a_page_is_there_again_where_it_is_made_anew(window, told):
    window.open_page("people.list")
    page = window.page
    _pick(page.state, "paid")
    page.search.setText("mensah")
    told(permissions=_less(window, EDITS))
    assert window.page is not page
    assert (window.page.state.chosen, window.page.search.text()) == ("paid", "mensah")


def test_choices_on_a_page_out_of_sight_wait_until_it_is_opened_again(window, told):
    window.open_page("people.list")
    _pick(window.page.state, "open")
    window.open_page("learning.own")
    told(permissions=_less(window, EDITS))
    window.open_page("people.list")
    assert window.page.state.chosen == "open"
    told(permissions=_less(window, SEES))
    told(permissions=window.desk.actor.permissions | {SEES})
    window.open_page("people.list")
    assert window.page.state.chosen == "", "it was closed in between"


def test_a_search_and_a_line_as_it_was_are_nothing_typed(window, qtbot):
    window.open_page("people.person", SOMEONE)
    page = window.page
    assert not has_typed(page)
    qtbot.keyClicks(page.search, "mensah")
    assert not has_typed(page)
    qtbot.keyClicks(page.line, "x")
    assert has_typed(page)
    page.line.setText("taken over")
    assert not has_typed(page)
