"""The people pages on a real store: list, person, and the dialog that names a likely duplicate first."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.people.list_page import PeoplePage
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from desktop.widgets.theme import Scheme, theme
from shared.people.vocabulary import PERSON, PersonState
from tests.fixtures.windows import bring_forward
from tests.people.desks import ADMINISTRATOR, INSTRUCTOR, crowd, open_desk, person, person_id

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


def _open(qtbot, page, width=1232, height=844):
    qtbot.addWidget(page)
    page.resize(width, height)
    bring_forward(qtbot, page)
    return page


@pytest.fixture
def listed(qtbot, desks):
    """`listed(rows, actor, details)` opens the list."""

    def open_list(rows=(), details=None, **more):
        made = desks(rows, **more)
        page = _open(qtbot, PeoplePage(made.desk, details or {}, lambda _desk: [("c1", "Sound 1B")],
                                       lambda _desk, _cohort: frozenset({person_id(0), person_id(10)})))  # fmt: skip
        return made, page

    return open_list


def _shown(page):
    model = page.table.record_model
    return [model.id_at(place) for place in range(model.rowCount())]


def _toasts(page):
    return [toast.words for toast in toasts_of(page).toasts]


def _undo(page):
    toasts_of(page).toasts[-1].action_button.click()


# ------------------------------------------------------------------------------------------------------------- list


def test_everyone_is_listed_by_family_name(listed):
    _made, page = listed(crowd(40))
    names = [page.table.record_model.row_at(place)["family_name"] for place in range(40)]
    assert names == sorted(names)
    assert page.filters.count.text() == "40 in all"


def test_typing_searches_and_escape_shows_everyone_again(listed, qtbot):
    _made, page = listed(crowd(40))
    page.find()
    assert QApplication.focusWidget() is page.filters.search
    qtbot.keyClicks(page.filters.search, "s-00001")
    qtbot.waitUntil(lambda: len(_shown(page)) == 10)
    assert page.filters.count.text() == "10 in all"
    qtbot.keyClick(page.filters.search, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is page.table
    assert page.back()
    assert len(_shown(page)) == 40
    assert not page.back(), "there is nothing left to empty"


def test_no_hit_says_what_was_searched_and_offers_to_clear(listed, qtbot):
    _made, page = listed(crowd(5))
    page.filters.search.setText("zz")
    page._search()
    assert page.no_hit.isVisible()
    assert page.no_hit.title.text() == "Nobody matches “zz”"
    qtbot.mouseClick(page.no_hit.button, Qt.MouseButton.LeftButton)
    assert page.table.isVisible()


def test_an_empty_institute_says_when_it_fills(listed):
    _made, page = listed()
    assert page.nobody.isVisible()


def test_filters_narrow_by_state_role_and_cohort(listed):
    _made, page = listed(crowd(40))
    page.filters.filters["state"].choose("inactive")
    assert len(_shown(page)) == 8
    page.filters.filters["state"].choose("")
    page.filters.filters["role"].choose("instructor")
    assert set(_shown(page)) == {person_id(place) for place in (0, 10, 20, 30)}
    page.filters.filters["cohort"].choose("c1")
    assert set(_shown(page)) == {person_id(0), person_id(10)}
    page.filters.filters["role"].choose("student")
    assert _shown(page) == []


def test_the_page_opens_with_the_filters_it_was_asked_for(listed):
    _made, page = listed(crowd(40), {"state": "inactive"})
    assert len(_shown(page)) == 8


def test_letters_jump_to_a_family_name_and_enter_opens(listed, qtbot):
    made, page = listed(crowd(40))
    page.table.setFocus()
    qtbot.keyClicks(page.table, "osei")
    chosen = page.table.current_id()
    assert made.store.get(PERSON, chosen)["family_name"] == "Osei"
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert made.opened.pages == [("people.person", chosen, {})]


@pytest.mark.parametrize(("order", "key"), [("number", "number"), ("state", "state")])
def test_heads_sort(listed, order, key):
    _made, page = listed(crowd(30))
    page.table.sort_by(order, descending=True)
    rows = [page.table.record_model.row_at(place)[key] for place in range(30)]
    assert rows == sorted(rows, reverse=True)


def test_many_are_suspended_at_once_and_taken_back(listed):
    made, page = listed(crowd(20))
    page.table.selectAll()
    assert page.selection.isVisible()
    assert page.selection.words.text() == "20 of 20 selected"
    page.set_states(PersonState.SUSPENDED)
    states = [body["state"] for body in made.store.page(PERSON, limit=-1)]
    assert states.count("suspended") == 18, "the two instructors are an administrator's"
    assert _toasts(page) == ["18 people suspended. 2 not changed: only an administrator changes staff"]
    assert page.filters.isVisible()
    _undo(page)
    assert sum(body["state"] == "suspended" for body in made.store.page(PERSON, limit=-1)) == 0
    assert _toasts(page)[-1] == "Taken back"


def test_a_refused_act_is_said_and_changes_nothing(listed):
    made, page = listed([person("kofi", roles=["instructor"])])
    page.table.selectAll()
    page.set_states(PersonState.INACTIVE)
    assert toasts_of(page).toasts[-1].tone == "bad"
    assert made.store.pending().waiting == 0


def test_who_may_not_edit_sees_no_buttons(listed):
    _made, page = listed(crowd(5), actor=INSTRUCTOR)
    assert not page.add_button.isVisible()
    page.new()
    assert Dialog.opened_in(page.window()) is None


def test_rows_from_the_server_appear_by_themselves(listed, qtbot):
    made, page = listed(crowd(3))
    made.feed.bring([person("new", "Zita", "Aba", number="S-77")])
    qtbot.waitUntil(lambda: person_id("new") in _shown(page))
    assert page.filters.count.text() == "4 in all"


def test_widths_and_order_are_remembered(listed, qtbot, desks):
    made, page = listed(crowd(3))
    page.table.sort_by("number", descending=True)
    page._layout_timer.setInterval(0)
    page._layout_timer.start()
    qtbot.waitUntil(lambda: (made.store.recall("layout:people.list") or {}).get("sort") == ["number", True])
    again = _open(qtbot, PeoplePage(made.desk, {}))
    assert again.table.record_model.query.order == "number"


# ------------------------------------------------------------------------------------------------------- add dialog


def _fill(dialog, **values):
    for name, value in values.items():
        dialog.form.control(name).setText(value)


def test_a_person_is_added_with_the_keyboard(listed, qtbot):
    made, page = listed(crowd(3))
    page.new()
    dialog = Dialog.opened_in(page.window())
    assert QApplication.focusWidget() is dialog.form.control("given_name")
    qtbot.keyClicks(dialog.form.control("given_name"), "Zita")
    qtbot.keyClick(dialog.form.control("given_name"), Qt.Key.Key_Return)
    assert QApplication.focusWidget() is dialog.form.control("family_name"), "Enter moves on"
    qtbot.keyClicks(dialog.form.control("family_name"), "Aba")
    qtbot.keyClick(dialog.form.control("family_name"), Qt.Key.Key_S, CONTROL)
    assert not dialog.isVisible()
    added = made.store.search("zita")[0]
    assert page.table.current_id() == added.id
    assert _toasts(page) == ["Zita Aba added"]
    _undo(page)
    assert made.store.get(PERSON, added.id)["state"] == "inactive"


def test_a_likely_duplicate_is_named_before_anyone_is_made(listed):
    made, page = listed([person("ama", number="S-1", phone="024 555 0137")])
    page.new()
    dialog = Dialog.opened_in(page.window())
    _fill(dialog, given_name="Ama", family_name="Mensah", phone="+233 24 555 0137")
    dialog.save()
    assert dialog.isVisible()
    assert made.store.pending().waiting == 0
    (named,) = dialog.duplicates.people
    assert (named.person["id"], named.reasons) == (person_id("ama"), ("phone", "name"))
    texts = [label.text() for label in dialog.duplicates.findChildren(Label)]
    assert "Same phone, same or nearly the same name" in texts
    assert dialog.save_button.text() == "Add as someone else"
    dialog.save()
    (command,) = made.store.next_request().commands
    assert command.payload["known_duplicates"] == [person_id("ama")]


def test_opening_the_duplicate_adds_nobody_and_keeps_what_was_typed(listed):
    made, page = listed([person("ama")])
    page.new()
    dialog = Dialog.opened_in(page.window())
    _fill(dialog, given_name="Ama", family_name="Mensah")
    dialog.save()
    dialog.duplicates.links[0].click()
    assert made.opened.pages == [("people.person", person_id("ama"), {})]
    assert not dialog.isVisible()
    page.new()
    assert dialog.form.control("given_name").text() == "Ama"


def test_typing_on_looks_for_duplicates_anew(listed):
    made, page = listed([person("ama")])
    page.new()
    dialog = Dialog.opened_in(page.window())
    _fill(dialog, given_name="Ama", family_name="Mensah")
    dialog.save()
    _fill(dialog, family_name="Owusu")
    assert dialog.save_button.text() == "Add person"
    dialog.save()
    assert made.store.search("owusu")


def test_what_cannot_be_kept_is_shown_at_its_field(listed):
    made, page = listed()
    page.new()
    dialog = Dialog.opened_in(page.window())
    _fill(dialog, given_name="Ama", phone="12", date_of_birth="yesterday week")
    dialog.save()
    assert dialog.form.rows["phone"].error == "12 is not a phone number. Add the missing digits."
    assert "is not a date" in dialog.form.rows["date_of_birth"].error
    assert QApplication.focusWidget() is dialog.form.control("phone")
    assert made.store.pending().waiting == 0


def test_a_day_of_birth_that_is_still_to_come_is_told_at_its_field(listed):
    made, page = listed()
    page.new()
    dialog = Dialog.opened_in(page.window())
    _fill(dialog, given_name="Esi", date_of_birth="21/11/2026")
    dialog.save()
    assert "still to come" in dialog.form.rows["date_of_birth"].error
    assert made.store.pending().waiting == 0


@pytest.mark.parametrize(("actor", "roles"), [(ADMINISTRATOR, 8), (None, 1)])
def test_only_roles_that_may_be_given_are_offered(listed, actor, roles):
    _made, page = listed(**({"actor": actor} if actor else {}))
    page.new()
    assert Dialog.opened_in(page.window()).role.count() == roles


@pytest.mark.parametrize(
    "typed", ["024 0000", "0240000007", "024-000 0007", "+233 24 000", "2332400", "24000000", "s-00000"]
)
def test_people_are_found_by_their_phone_as_it_is_typed(tmp_path, typed):
    rows = [
        person("near", "Ama", "Mensah", number="S-000007", phone="+233 24 000 0007"),
        person("far", "Kofi", "Owusu", number="E-4", phone="+44 20 7946 0018"),
    ]
    made = open_desk(tmp_path, rows)
    assert [hit.id for hit in made.store.search(typed)] == [person_id("near")]
    made.close()
