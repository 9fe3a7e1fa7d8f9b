"""The page of a person, the picker and the area, on a real store."""

import pytest
from PySide6.QtCore import Qt

from desktop.people.actions import edit_person
from desktop.people.area import area
from desktop.people.list_page import PeoplePage
from desktop.people.person_page import PersonPage, PersonSection
from desktop.people.person_picker import PersonPicker
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from desktop.widgets.theme import Scheme, theme
from shared.people.vocabulary import PERSON, ROLE
from tests.fixtures.windows import bring_forward
from tests.people.desks import ADMINISTRATOR, crowd, person, person_id


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


def _open(qtbot, page, width=1232, height=844):
    qtbot.addWidget(page)
    page.resize(width, height)
    bring_forward(qtbot, page)
    return page


def _toasts(page):
    return [toast.words for toast in toasts_of(page).toasts]


def _undo(page):
    toasts_of(page).toasts[-1].action_button.click()


# ----------------------------------------------------------------------------------------------------------- person


@pytest.fixture
def one(qtbot, desks):
    """`one(fields, actor)` opens the page of Ama."""

    def open_person(sections=(), **fields):
        actor = fields.pop("actor", None)
        made = desks([person("ama", **fields)], **({"actor": actor} if actor else {}))
        return made, _open(qtbot, PersonPage(made.desk, person_id("ama"), sections))

    return open_person


def test_the_head_says_who_it_is(one):
    _made, page = one(number="S-1", phone="024 555 0137", state="suspended")
    assert page.windowTitle() == page.head.name.text() == "Ama Mensah"
    assert page.head.facts.text() == "S-1 · Student · 024 555 0137"
    assert page.head.badge.text == "Suspended"
    assert page.head.activate.isVisible()
    assert not page.head.suspend.isVisible()


def test_nothing_is_cut_where_names_and_roles_are_long(one, desks):
    name = "Assistant of the Registrar for the Evening Courses at the Kumasi Campus and all its Annexes"
    role = {"id": "r1", "key": "assistant", "name": name, "own": ["people.see"], "inherits": [],
            "permissions": ["people.see"], "needs_factor": False, "built_in": False}  # fmt: skip
    made, page = one(
        actor=ADMINISTRATOR,
        given_name="Maximiliana Alexandrovna Theodora",
        family_name="Featherstonehaugh-Oyelaran of the Northern Highlands",
        email="a.person.with.a.rather.long.address@students.km-media-training-institute.example",
    )
    made.feed.bring([(ROLE, role)])
    page.resize(1366 - 208, 712)
    page.refresh()
    assert name in {check.text() for check in page.roles.checks.values()}
    body = page.column.body.parentWidget()
    assert body.minimumSizeHint().width() <= page.width()


def test_editing_saves_what_differs_and_undo_brings_it_back(one, qtbot):
    made, page = one(phone="024 555 0100")
    assert not page.save_bar.save_button.isEnabled()
    page.form.control("phone").setText("024 555 0137")
    assert page.save_bar.words.words.text() == "1 field changed, not saved yet"
    page.save()
    assert made.store.get(PERSON, person_id("ama"))["phone"] == "024 555 0137"
    assert _toasts(page) == ["Ama Mensah changed"]
    assert page.head.waiting.isVisible()
    assert page.changes.isVisible()
    assert not page.form.is_changed()
    _undo(page)
    assert page.form.control("phone").text() == "024 555 0100"


def test_a_field_is_checked_when_it_is_left(one, qtbot):
    _made, page = one()
    page.form.control("email").setFocus()
    qtbot.keyClicks(page.form.control("email"), "ama@")
    assert page.form.rows["email"].error == "", "not while typing"
    qtbot.keyClick(page.form.control("email"), Qt.Key.Key_Tab)
    assert "not a mail address" in page.form.rows["email"].error
    page.save()
    assert page.form.is_changed()


def test_unsaved_typing_survives_leaving_the_page(one, qtbot):
    made, page = one(phone="024 555 0100")
    page.form.control("phone").setText("024 555 0137")
    page.hide()
    page.deleteLater()
    again = _open(qtbot, PersonPage(made.desk, person_id("ama")))
    assert again.form.control("phone").text() == "024 555 0137"
    assert again.form.is_changed()
    again.save_bar.discard_button.click()
    assert again.form.control("phone").text() == "024 555 0100"
    assert made.store.recall(f"draft:person:{person_id('ama')}") is None


def test_unsaved_typing_survives_a_change_from_the_server(one, qtbot):
    made, page = one(phone="024 555 0100", number="S-1")
    page.form.control("phone").setText("024 555 0137")
    body = person("ama", phone="024 555 0100", number="S-2")[1]
    made.feed.bring([(PERSON, {**body, "revision": person_id("newer")})])
    qtbot.waitUntil(lambda: page.form.control("number").text() == "S-2")
    assert page.form.wanted() == {"phone": "024 555 0137"}
    page.save()
    assert made.store.next_request().commands[0].base == person_id("newer")


def test_states_are_set_from_the_head(one):
    made, page = one()
    page.head.suspend.click()
    assert made.store.get(PERSON, person_id("ama"))["state"] == "suspended"
    _undo(page)
    assert page.head.badge.text == "Active"


def test_staff_are_shown_and_not_changed_by_the_office(one):
    _made, page = one(roles=["instructor"])
    assert page.refused.isVisible()
    assert page.form.control("phone").isReadOnly()
    assert not page.head.suspend.isVisible()
    page.form.control("phone").setText("024 555 0137")
    page.save()
    assert _made.store.pending().waiting == 0


def test_an_administrator_ticks_roles(one):
    made, page = one(actor=ADMINISTRATOR)
    page.roles.checks["registrar"].click()
    assert made.store.get(PERSON, person_id("ama"))["roles"] == ["student", "registrar"]
    page.roles.checks["student"].click()
    page.roles.checks["registrar"].click()
    assert made.store.get(PERSON, person_id("ama"))["roles"] == ["registrar"], "the last role stays"
    assert page.roles.checks["registrar"].isChecked()
    assert toasts_of(page).toasts[-1].tone == "bad"
    assert not page.roles.checks["platform_administrator"].isEnabled()


def test_the_office_sees_roles_as_words(one):
    _made, page = one()
    assert page.roles.words.isVisible()
    assert not page.roles.checks["registrar"].isVisible()


def test_higher_areas_add_their_cards(one):
    _made, page = one((PersonSection(lambda _desk, person_id: Label(f"card of {person_id}")), PersonSection(_nothing)))
    assert any(label.text() == f"card of {person_id('ama')}" for label in page.findChildren(Label))


def _nothing(_desk, _person_id):
    return None


def test_someone_who_is_not_here_is_said(qtbot, desks):
    made = desks()
    page = _open(qtbot, PersonPage(made.desk, person_id("nobody")))
    assert page._stack.currentIndex() == 1
    page.save()


def test_a_change_from_this_computer_is_listed_with_its_end(one):
    made, page = one()
    edit_person(made.desk, made.store.get(PERSON, person_id("ama")), {"number": "S-5"})
    page.refresh()
    (row,) = page.changes.rows.rows
    assert row.content.title == "Changed number of Ama Mensah"
    assert "Samuel Njoroge" in row.content.detail


# ----------------------------------------------------------------------------------------------------------- picker


def test_several_are_picked_by_keyboard_and_those_there_already_are_not(qtbot, desks):
    made = desks([person("ama"), person("esi", "Esi"), person("gone", "Efua", state="inactive")])
    picker = PersonPicker(made.desk, taken={person_id("esi"): "Enrolled"})
    _open(qtbot, picker, 500, 500)
    qtbot.keyClicks(picker.search, "ama")
    qtbot.keyClick(picker.search, Qt.Key.Key_Return)
    assert picker.chosen == [person_id("ama")]
    assert picker.search.text() == ""
    qtbot.keyClicks(picker.search, "esi")
    qtbot.keyClick(picker.search, Qt.Key.Key_Return)
    assert picker.chosen == [person_id("ama")], "Esi is there already"
    picker.search.setText("efua")
    picker._find()
    assert not picker.found.rows, "who left is not offered"
    picker.remove(person_id("ama"))
    assert picker.chosen == []


# ------------------------------------------------------------------------------------------------------------- area


def test_the_area_opens_its_pages(qtbot, desks):
    made = desks(crowd(3))
    pages = area().pages
    for name, entity in (("people.list", None), ("people.person", person_id(0))):
        qtbot.addWidget(pages[name](made.desk, entity, {}))
    for command in area().palette:
        command.run(made.desk)
    opened = [page[2] for page in made.opened.pages]
    assert opened == [{"add": True}, {"role": "student"}, {"state": "suspended"}, {}, {}], (
        "the last is one's own account"
    )
    entry = area().navigation[0]
    assert entry.may(made.desk.actor)
    assert not entry.may(_powerless(made.desk.actor))


def _powerless(actor):
    return actor.model_copy(update={"permissions": frozenset()})


def test_the_list_asked_for_with_add_opens_the_dialog_each_time(qtbot, desks):
    made = desks()
    page = _open(qtbot, PeoplePage(made.desk, {"add": True}))
    qtbot.waitUntil(lambda: Dialog.opened_in(page.window()) is not None)
