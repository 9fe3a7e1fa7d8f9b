"""Every page of every area in a real window while its person loses rights and gets them back: none breaks."""

import pytest

from desktop.shell import page_book
from desktop.shell.page import toasts_of
from desktop.widgets.background import wait_for_background
from shared.people.vocabulary import BUILT_IN_ROLES, Role
from tests.people.test_door_pages import keep_picture
from tests.walks.windows import house_of

pytestmark = pytest.mark.slow


@pytest.fixture
def house(sqlite_server, tmp_path, qtbot):
    sqlite_server.add_person("grace", ("administrator",), family_name="Ofori-Atta-Mensah of the Long Name")
    with house_of(sqlite_server, tmp_path, qtbot) as made:
        yield made


def tell(house, window, *roles):
    """Tell the window that its person has these roles now, and wait until it has followed."""
    words = frozenset().union(*(map(str, BUILT_IN_ROLES[role]) for role in roles))
    actor = window.desk.actor.model_copy(update={"roles": tuple(map(str, roles)), "permissions": words})
    window.sync.rights_changed.emit(actor)
    house.wait(lambda: window.rights._before is None)


def test_a_form_that_may_no_longer_be_saved_says_so_and_keeps_what_was_typed(house, qtbot):
    """Made anew with the rights of now, it shows the typing again; given back, it can be saved."""
    kofi = house.server.add_person("kofi", ("student",), family_name="Mensah")
    program = house.enter("grace")
    window = program.main_window
    house.wait(lambda: window.desk.store.get("person", kofi))
    window.open_page("people.person", kofi)
    before = window.page
    field = before.form.control("family_name")
    field.clear()
    qtbot.keyClicks(field, "Mensah-Bonsu")
    assert before.save_bar.save_button.isEnabled()
    tell(house, window, Role.ATTENDANCE_OFFICER)
    page = window.page
    assert page is not before
    assert page.form.control("family_name").text() == "Mensah-Bonsu"
    assert page.form.control("family_name").isReadOnly()
    assert page.refused.isVisibleTo(page)
    assert "Your roles don't include" in page.refused.words.text()
    assert not page.save_bar.isEnabled()
    keep_picture(window, "rights-form")
    tell(house, window, Role.ADMINISTRATOR)
    window.page.save()
    house.settle(program)
    house.wait(lambda: not window.page.save_bar.save_button.isEnabled())
    assert window.desk.store.get("person", kofi)["family_name"] == "Mensah-Bonsu"


@pytest.mark.parametrize("less", [Role.STUDENT, Role.INSTRUCTOR, Role.CASHIER, Role.AUDITOR])
def test_no_page_breaks_while_rights_go_and_come(house, less):
    """Whatever is on show closes, or is there anew as for somebody who opened it with these rights."""
    program = house.enter("grace")
    window = program.main_window
    pages = [one.page for one in window.book.in_order(window.desk.actor)]
    assert len(pages) > 20
    for page in pages:
        window.open_page(page)
        tell(house, window, less)
        shown = window.history.here.page
        assert shown in {page, page_book.TODAY}
        assert window.book.may_open(shown, window.desk.actor)
        assert [one.page for one in window.rail.items if one.isChecked()] == [shown]
        tell(house, window, Role.ADMINISTRATOR)
        for toast in toasts_of(window).toasts:
            toast.close_toast()
    wait_for_background()
