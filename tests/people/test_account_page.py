"""My account: the page of whoever is signed in, with the photo that is one's own to change."""

import pytest
from PySide6.QtWidgets import QWidget

from desktop.people.account_page import ACCOUNT_CARDS, ACCOUNT_PAGE, AccountPage
from desktop.people.area import area
from desktop.people.own_card import OwnCard
from desktop.shell.page import toasts_of
from desktop.widgets.theme import Scheme, theme
from shared.people.photos import photo_id
from shared.people.vocabulary import Role
from tests.desks import make_actor
from tests.people.desks import person, person_id
from tests.people.pictures import kept_photo

STUDENT = make_actor(person_id("ama"), "Ama Mensah", Role.STUDENT)


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def page(qtbot, desks):
    """`page(fields)` opens the account of a student."""

    def open_page(**fields):
        made = desks([person("ama", **fields)], STUDENT)
        shown = AccountPage(made.desk, (OwnCard,))
        qtbot.addWidget(shown)
        shown.resize(1232, 844)
        shown.show()
        shown.made = made
        return shown

    return open_page


def test_a_student_reads_who_the_institute_takes_him_for(page):
    shown = page(number="KM-1", phone="024 555 0137", email="ama@example.org")
    card = shown.cards[0]
    assert card.name.text() == "Ama Mensah"
    assert card.facts.text() == "KM-1 · Student · 024 555 0137 · ama@example.org"


def test_ones_own_photo_is_set_and_taken_back(page):
    shown = page()
    own_id = person_id("ama")
    store = shown.made.desk.store
    shown.cards[0].photo.chosen.emit(kept_photo("#3350c4"))
    assert store.get("person_photo", photo_id(own_id))["jpeg_base64"] == kept_photo("#3350c4")
    assert [toast.words for toast in toasts_of(shown).toasts] == ["Photo of Ama Mensah saved"]
    toasts_of(shown).toasts[-1].action_button.click()
    assert not store.get("person_photo", photo_id(own_id))["jpeg_base64"]


def test_before_the_first_contact_the_page_says_the_name_that_is_known(qtbot, desks):
    made = desks([], STUDENT)
    card = OwnCard(made.desk)
    qtbot.addWidget(card)
    assert card.name.text() == "Ama Mensah"
    card.set_photo(kept_photo("#3350c4"))
    assert made.desk.store.get("person_photo", photo_id(person_id("ama"))) is None


def test_everyone_opens_the_page_by_name_and_from_the_palette(qtbot, desks):
    made = desks([person("ama")], STUDENT)
    people = area()
    shown = people.pages[ACCOUNT_PAGE](made.desk, None, {})
    qtbot.addWidget(shown)
    assert shown.windowTitle() == "My account"
    assert len(shown.cards) == len(ACCOUNT_CARDS)
    assert all(isinstance(card, QWidget) for card in shown.cards)
    own = next(command for command in people.palette if command.title == "My account")
    assert own.may(STUDENT)
