"""Every page of every area in a real window while its person loses rights and gets them back: none breaks."""

import pytest

from desktop.shell import page_book
from desktop.shell.page import toasts_of
from desktop.widgets.background import wait_for_background
from shared.people.vocabulary import BUILT_IN_ROLES, Role
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
