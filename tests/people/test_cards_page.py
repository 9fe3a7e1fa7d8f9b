"""The page of ID cards: whose cards, the preview, what is remembered, and the file that is saved."""

from typing import Any

import pytest
from PySide6.QtPdf import QPdfDocument

from desktop.people.area import area
from desktop.people.card_store import PrintChoices, cards_of, choices, keep_choices
from desktop.people.cards_page import CardsPage
from desktop.people.list_page import PeoplePage
from desktop.people.person_page import PersonPage
from shared.people.numbering import DEFAULT_RULE, numbering_id
from shared.people.photos import photo_id
from shared.people.vocabulary import NUMBERING_RULE, ORGANISATION, PERSON_PHOTO
from tests.desks import ORGANISATION as HERE
from tests.people.desks import ADMINISTRATOR, INSTRUCTOR, person, person_id
from tests.people.pictures import kept_photo

INSTITUTE = (ORGANISATION, {"id": HERE, "name": "KM Media", "slug": "km", "time_zone": "Africa/Accra"})


def _people(count: int = 5) -> list[tuple[str, dict[str, Any]]]:
    return [person(at, f"Ama{at}", number=f"S-{at:04}" if at else None) for at in range(count)]


@pytest.fixture
def made(desks: Any) -> Any:
    photo = {"id": photo_id(person_id(2)), "person_id": person_id(2), "jpeg_base64": kept_photo()}
    rule = {**DEFAULT_RULE, "id": numbering_id(HERE)}
    return desks([INSTITUTE, *_people(), (PERSON_PHOTO, photo), (NUMBERING_RULE, rule)], ADMINISTRATOR)


def _page(made: Any, qtbot: Any, **details: Any) -> CardsPage:
    cohorts = [("one", "Photography 1"), ("none", "Nobody here")]
    members = {"one": frozenset(person_id(at) for at in range(5)), "none": frozenset()}
    page = CardsPage(made.desk, details, lambda _desk: cohorts, lambda _desk, cohort: members[cohort])
    page.resize(1100, 700)
    qtbot.addWidget(page)
    page.show()
    return page


def test_selected_people_are_shown_as_they_will_be_printed(made: Any, qtbot: Any) -> None:
    page = _page(made, qtbot, ids=[person_id(at) for at in (1, 2, 3)])
    qtbot.waitUntil(lambda: page.preview.pages == 1)
    assert page.head.subtitle.text() == "3 cards on 1 sheet, 1 with photo"
    assert page.preview.sheet.accessibleName() == "Sheet 1 of 1"
    assert page.preview.sheet.image is not None
    assert not page.missing.isVisible()
    assert page.form.who.currentText() == "3 people selected"


def test_nobody_chosen_says_what_to_do(made: Any, qtbot: Any) -> None:
    page = _page(made, qtbot)
    assert page.nobody.isVisible()
    assert not page.save_button.isEnabled()
    page.save()
    page.form.who.choose("none")
    assert page.nobody.isVisible()


def test_a_class_and_those_without_a_number(made: Any, qtbot: Any) -> None:
    page = _page(made, qtbot, cohort="one")
    qtbot.waitUntil(lambda: page.preview.pages == 1)
    assert page.head.subtitle.text().startswith("4 cards")
    assert page.missing.isVisible()
    page.give.click()
    command = made.store.next_request().commands[-1]
    assert (command.type, command.target_id) == ("GiveNumbers", person_id(0))


def test_choices_change_the_sheets_and_are_remembered(made: Any, qtbot: Any) -> None:
    page = _page(made, qtbot, cohort="one")
    page.form.paper.choose("cr80")
    qtbot.waitUntil(lambda: page.preview.pages == 4)
    page.preview.turn(2)
    assert page.preview.words.text() == "Sheet 3 of 4"
    page.preview.turn(9)
    assert page.preview.words.text() == "Sheet 4 of 4"
    page.form.across.set_value(15)
    page.form.across.changed.emit(15)
    page.form.colour.choose("#146c3f")
    page.form.barcode.setChecked(False)
    kept = choices(made.desk)
    assert kept == PrintChoices(paper="cr80", offset_x=15, colour="#146c3f", barcode=False)
    again = _page(made, qtbot, cohort="one")
    assert again.form.choices() == kept


@pytest.mark.parametrize("kept", [{"paper": "papyrus"}, {"offset_x": 9_000}, {"colour": "blue"}])
def test_choices_that_make_no_sense_any_more_are_dropped(made: Any, kept: dict[str, Any]) -> None:
    made.store.remember("cards:print", kept)
    assert choices(made.desk) == PrintChoices()
    keep_choices(made.desk, PrintChoices(paper="L7160"))
    assert choices(made.desk).paper == "L7160"


def test_the_sheets_are_saved_where_one_says(made: Any, qtbot: Any, tmp_path: Any) -> None:
    page = _page(made, qtbot, cohort="one")
    target = tmp_path / "cards.pdf"
    page.write(target)
    qtbot.waitUntil(target.exists)
    qtbot.waitUntil(lambda: not page.save_button.busy)
    document = QPdfDocument()
    assert document.load(str(target)) == QPdfDocument.Error.None_
    assert document.pageCount() == 1
    page.write(tmp_path / "gone" / "cards.pdf")
    qtbot.waitUntil(lambda: not page.save_button.busy)


def test_the_rule_for_numbers_is_set_here(made: Any, qtbot: Any) -> None:
    page = _page(made, qtbot)
    assert "S-2026-0001" in page.numbering.example.text()
    page.numbering.prefix.setText("KM ")
    assert "KM2026-0001" in page.numbering.example.text()
    page.numbering.prefix.setText("K M")
    assert "letters" in page.numbering.example.text()
    page.numbering.prefix.setText("KM")
    page.numbering.year.choose("none")
    page.numbering.digits.set_value(6)
    page.numbering.save()
    command = made.store.next_request().commands[-1]
    assert command.type == "SetNumbering"
    assert {name: change["new"] for name, change in command.payload["changes"].items()} == {
        "prefix": "KM",
        "year": "none",
        "digits": 6,
    }


def test_whoever_may_not_sees_the_rule_alone(desks: Any, qtbot: Any) -> None:
    other = desks([INSTITUTE, *_people()], INSTRUCTOR)
    page = _page(other, qtbot, cohort="one")
    assert not page.numbering.save_button.isVisible()
    assert not page.numbering.prefix.isEnabled()
    assert "No rule yet" in page.numbering.example.text()
    assert not page.give.isVisible()


def test_lists_and_pages_of_people_lead_here(made: Any, qtbot: Any) -> None:
    shown = PersonPage(made.desk, person_id(1))
    qtbot.addWidget(shown)
    shown.head.card.click()
    assert made.opened.pages[-1] == ("people.cards", None, {"ids": (person_id(1),)})
    people = PeoplePage(made.desk, {})
    qtbot.addWidget(people)
    people.table.selectAll()
    people.open_cards()
    assert len(made.opened.pages[-1][2]["ids"]) == 5
    factory = area().pages["people.cards"]
    page: Any = factory(made.desk, None, {})
    qtbot.addWidget(page)
    assert page.objectName() == "people.cards"


def test_cards_stand_in_the_order_of_names(made: Any) -> None:
    found = cards_of(made.desk, [person_id(at) for at in (4, 3, 2, 1, 0)])
    assert [card.number for card in found.cards] == ["S-0001", "S-0002", "S-0003", "S-0004"]
    assert found.without_number == (person_id(0),)
    assert found.cards[0].role == "Student"
