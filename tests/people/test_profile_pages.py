"""Profiles on screen: one's own cards on the account page, and the card with its dialog on the page of a person."""

import pytest

from desktop.people.account_page import AccountPage
from desktop.people.profile_actions import edit_profile, profile_of
from desktop.people.profile_cards import AboutCard, LearningCard, PrivateCard
from desktop.people.profile_section import ProfileCard
from desktop.shell.page import toasts_of
from desktop.widgets.theme import Scheme, theme
from shared.core.errors import CampusError
from shared.people.profile_fields import row_id
from shared.people.vocabulary import BRANCH, PRIVATE_PROFILE, PROFILE, Role
from tests.desks import make_actor
from tests.people.desks import INSTRUCTOR, REGISTRAR, person, person_id

AMA = person_id("ama")
STUDENT = make_actor(AMA, "Ama Mensah", Role.STUDENT)
CONTACT = {"name": "Yaw Mensah", "relation": "father", "phone": "024 555 0199", "email": "", "told": True}


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


def _row(kind, **fields):
    return kind, {"id": row_id(kind, AMA), "person_id": AMA, **fields}


@pytest.fixture
def account(qtbot, desks):
    """`account(rows)` opens a student's own cards."""

    def open_page(*rows):
        made = desks([person("ama"), *rows], STUDENT)
        shown = AccountPage(made.desk, (AboutCard, LearningCard, PrivateCard))
        qtbot.addWidget(shown)
        shown.resize(1232, 844)
        shown.show()
        return made.desk, shown

    return open_page


@pytest.fixture
def card(qtbot, desks):
    """`card(actor, rows)` opens the card on the page of a person."""

    def open_card(actor, *rows):
        made = desks([person("ama"), *rows], actor)
        shown = ProfileCard(made.desk, AMA)
        qtbot.addWidget(shown)
        shown.resize(560, 700)
        shown.show()
        return made.desk, shown

    return open_card


def test_a_student_fills_in_learning_without_a_network_and_takes_it_back(account):
    desk, page = account()
    form = page.cards[1].form
    form.control("interests").setPlainText("film\n\n light ")
    form.control("study_time").choose("evening")
    form.control("weekly_goal").setText("240")
    page.cards[1].save()
    kept = profile_of(desk, AMA)
    assert (kept["interests"], kept["study_time"], kept["weekly_goal"]) == (["film", "light"], "evening", 240)
    assert [toast.words for toast in toasts_of(page).toasts] == ["Your profile is changed"]
    assert page.cards[1].save_bar.words.words.text() == "Everything is saved"
    toasts_of(page).toasts[-1].action_button.click()
    assert profile_of(desk, AMA)["study_time"] is None


def test_what_cant_be_kept_is_marked_at_its_field(account):
    desk, page = account()
    form = page.cards[0].form
    form.control("links").setPlainText("http://example.org")
    page.cards[0].save()
    assert "https://example.org" in form.rows["links"].error
    assert desk.store.get(PROFILE, row_id(PROFILE, AMA)) is None


def test_contacts_are_added_changed_and_removed(account):
    desk, page = account(_row(PRIVATE_PROFILE, address="1 Low Street", guardians=[CONTACT]))
    field = page.cards[2].form.control("guardians")
    assert [block.value() for block in field.blocks] == [CONTACT]
    field.add_button.click()
    field.blocks[1].parts["name"].setText("Esi Mensah")
    page.cards[2].save()
    assert "Esi Mensah" in page.cards[2].form.rows["guardians"].error
    field.blocks[1].parts["email"].setText("esi@example.org")
    field.blocks[0].remove.click()
    page.cards[2].save()
    told = profile_of(desk, AMA)["guardians"]
    assert [(one["name"], one["email"], one["told"]) for one in told] == [("Esi Mensah", "esi@example.org", False)]
    for _ in range(5):
        field.add()
    assert not field.add_button.isVisibleTo(field)


def test_an_unsaved_text_is_there_at_the_next_visit(account, qtbot):
    desk, page = account()
    page.cards[0].form.control("bio").setPlainText("I take pictures")
    page.cards[0].form.keep_draft()
    again = AboutCard(desk)
    qtbot.addWidget(again)
    assert again.form.control("bio").toPlainText() == "I take pictures"


def test_an_instructor_reads_and_the_office_writes(card):
    desk, shown = card(INSTRUCTOR, _row(PROFILE, bio="Hello", interests=["film", "light"], weekly_goal=1))
    assert shown.told == {"bio": "Hello", "interests": "film\nlight", "weekly_goal": "1 minute in a week"}
    assert not shown.edit_button.isVisibleTo(shown)
    with pytest.raises(CampusError, match="for the office"):
        edit_profile(desk, AMA, {"bio": "x"})


def test_the_office_edits_in_a_dialog(card):
    desk, shown = card(REGISTRAR, _row(PRIVATE_PROFILE, address="1 Low Street", guardians=[CONTACT]))
    assert shown.told["guardians"] == "Yaw Mensah · father · 024 555 0199 · is told"
    shown.edit_button.click()
    dialog = shown.dialog
    assert "links" not in dialog.form.rows
    dialog.form.control("preferred_name").setText("a\tb")
    dialog.save()
    assert dialog.form.rows["preferred_name"].error
    dialog.form.control("preferred_name").setText("Nana")
    dialog.form.control("address").setPlainText("2 High Street\nAccra")
    dialog.save()
    assert profile_of(desk, AMA)["preferred_name"] == "Nana"
    assert shown.told["address"] == "2 High Street\nAccra"
    assert [toast.words for toast in toasts_of(shown).toasts] == ["Profile of Ama Mensah changed"]


def test_nothing_told_yet_says_so(card):
    _desk, shown = card(INSTRUCTOR)
    assert shown.nothing.isVisibleTo(shown)


def test_an_edit_that_changes_nothing_saves_nothing(account):
    desk, _page = account(_row(PROFILE, bio="Hello", links=[]))
    assert edit_profile(desk, AMA, {"bio": " Hello ", "links": []}) is None
    with pytest.raises(CampusError) as problem:
        edit_profile(desk, AMA, {"weekly_goal": -1})
    assert problem.value.code == "field_invalid"


BRANCHES = [
    (BRANCH, {"id": person_id(name), "name": name, "address": "", "phone": "", "state": state})
    for name, state in (("Kumasi Main", "active"), ("Tema", "active"), ("Ho", "removed"))
]


def test_the_office_says_at_which_branch_someone_is(card):
    desk, shown = card(REGISTRAR, *BRANCHES)
    shown.edit_button.click()
    field = shown.dialog.form.control("branch_id")
    assert [field.itemText(at) for at in range(field.count())] == ["Not said", "Kumasi Main", "Tema"]
    field.choose(person_id("Tema"))
    shown.dialog.save()
    assert profile_of(desk, AMA)["branch_id"] == person_id("Tema")
    assert shown.told["branch_id"] == "Tema"
    assert [toast.words for toast in toasts_of(shown).toasts] == ["Profile of Ama Mensah changed"]


def test_a_removed_branch_stays_where_someone_is_and_an_institute_without_any_asks_nothing(card):
    _, shown = card(REGISTRAR, *BRANCHES, _row(PROFILE, branch_id=person_id("Ho")))
    assert shown.told == {"branch_id": "Ho"}
    shown.edit_button.click()
    assert shown.dialog.form.control("branch_id").currentText() == "Ho"
    _, shown = card(REGISTRAR)
    shown.edit_button.click()
    assert "branch_id" not in shown.dialog.form.rows


def test_an_instructor_sees_the_branch_and_doesnt_change_it(card):
    desk, shown = card(INSTRUCTOR, *BRANCHES, _row(PROFILE, branch_id=person_id("Tema")))
    assert shown.told == {"branch_id": "Tema"}
    with pytest.raises(CampusError, match="for the office"):
        edit_profile(desk, AMA, {"branch_id": person_id("Kumasi Main")})
