"""Every page of every area in a real window while its person loses rights and gets them back: none breaks."""

import pytest
from PySide6.QtCore import Qt

from desktop.people.add_dialog import AddPersonDialog
from desktop.shell import page_book
from desktop.shell.page import toasts_of
from desktop.widgets.background import wait_for_background
from shared.people.vocabulary import BUILT_IN_ROLES, Role
from tests.people.test_door_pages import keep_picture
from tests.walks.windows import dialog, house_of

pytestmark = pytest.mark.slow


GRACE = {"family_name": "Ofori-Atta-Mensah of the Long Name"}


@pytest.fixture
def house(server, tmp_path, qtbot):
    server.add_person("grace", ("administrator",), **GRACE)
    with house_of(server, tmp_path, qtbot) as made:
        yield made


@pytest.fixture
def pages_alone(sqlite_server, tmp_path, qtbot):
    """A house for what no database has a part in."""
    sqlite_server.add_person("grace", ("administrator",), **GRACE)
    with house_of(sqlite_server, tmp_path, qtbot) as made:
        yield made


def give(house, person_id, roles, old):
    """Give somebody other roles at the server."""
    done = house.server.do(house.server.command("SetPersonRoles", person_id, {"roles": roles, "old_roles": old}))
    assert done.verdict == "applied", done


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


def test_an_open_dialog_is_greyed_with_the_right_and_saves_once_it_is_back(house, qtbot):
    """What was typed stays all along; what is saved with the right given back is at the server."""
    kwesi = house.server.add_person("kwesi", ("registrar",))
    program = house.enter("kwesi")
    window = program.main_window
    window.open_page("people.list")
    page = window.page
    page.add_button.click()
    form = dialog(program, AddPersonDialog)
    qtbot.keyClicks(form.form.control("given_name"), "Zubaida")
    qtbot.keyClicks(form.form.control("family_name"), "Quaynor")
    give(house, kwesi, ["attendance_officer"], ["registrar"])
    house.meets(program, lambda: form.barred)
    assert not form.save_button.isEnabled()
    assert "Add, edit and deactivate students" in form.barred
    assert form.save_button.toolTip() == form.barred
    qtbot.keyClick(form, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert form.isVisible()
    keep_picture(window, "rights-dialog")
    give(house, kwesi, ["registrar"], ["attendance_officer"])
    house.meets(program, lambda: not form.barred)
    assert form.form.control("family_name").text() == "Quaynor"
    form.save_button.click()
    house.settle(program)
    found = house.server.get("/api/v1/users?search=Quaynor", house.server.sign_in("grace").data["access_token"])
    assert [one["given_name"] for one in found.json["data"]] == ["Zubaida"]


@pytest.mark.parametrize("less", [Role.STUDENT, Role.INSTRUCTOR, Role.CASHIER, Role.AUDITOR])
def test_no_page_breaks_while_rights_go_and_come(pages_alone, less):
    """Whatever is on show closes, or is there anew as for somebody who opened it with these rights."""
    house = pages_alone
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
