"""The page of the institute's settings: fields, logo, colour, branches, and what others see of them."""

import pytest
from PySide6.QtWidgets import QWidget

from desktop.people.area import area
from desktop.people.branches_card import BranchDialog
from desktop.people.card_store import choices, design_of
from desktop.people.institute_page import INSTITUTE_CARDS, INSTITUTE_PAGE, InstitutePage
from desktop.shell.institute_mark import logo_image, short_name
from desktop.shell.logo import LogoHead
from desktop.shell.logo_file import pack_logo, read_logo
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from desktop.widgets.theme import Scheme, theme
from shared.core.errors import CampusError
from shared.people.logos import logo_error
from shared.people.vocabulary import BRANCH, ORGANISATION
from tests.desks import ORGANISATION as OWN_ID
from tests.people.desks import ADMINISTRATOR, REGISTRAR
from tests.people.pictures import encoded, image
from tests.people.test_institute_rules import logo

KM = (ORGANISATION, {"id": OWN_ID, "name": "KM Media Training Institute", "slug": "km", "time_zone": "Africa/Accra"})


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def page(qtbot, desks):
    """`page(rows, actor)` opens the settings."""

    def open_page(rows=(KM,), actor=ADMINISTRATOR):
        made = desks(rows, actor)
        shown = InstitutePage(made.desk)
        qtbot.addWidget(shown)
        shown.resize(1232, 844)
        shown.show()
        shown.made = made
        return shown

    return open_page


def _cards(page):
    return {type(card).__name__: card for card in page.cards}


def _institute(page):
    return page.made.desk.store.get(ORGANISATION, OWN_ID)


def test_the_page_is_the_administrators(page, desks):
    made = area()
    entry = next(one for one in made.navigation if one.page == INSTITUTE_PAGE)
    assert entry.may(ADMINISTRATOR)
    assert not entry.may(REGISTRAR)
    assert not made.guards[INSTITUTE_PAGE](REGISTRAR)
    assert isinstance(made.pages[INSTITUTE_PAGE](desks([KM], ADMINISTRATOR).desk, None, {}), InstitutePage)
    assert len(page().cards) == len(INSTITUTE_CARDS)


def test_names_are_saved_and_taken_back(page):
    shown = page()
    card = _cards(shown)["NameCard"]
    assert card.controls["name"].text() == "KM Media Training Institute"
    assert not card.save_button.isEnabled()
    card.controls["short_name"].setText("  KM   Media ")
    card.controls["phone"].setText("+233 30 255 0100")
    assert card.save_button.isEnabled()
    card.save_button.click()
    assert (_institute(shown)["short_name"], _institute(shown)["phone"]) == ("KM Media", "+233 30 255 0100")
    assert toasts_of(shown).toasts[-1].words == "Settings of the institute saved"
    toasts_of(shown).toasts[-1].action_button.click()
    assert (_institute(shown)["short_name"], card.controls["short_name"].text()) == ("", "")


def test_a_value_that_cant_be_kept_stays_with_its_sentence(page):
    shown = page()
    card = _cards(shown)["NameCard"]
    card.controls["name"].setText("")
    card.controls["website"].setText("km media")
    card.save()
    assert card.fields["name"].error == "Enter the institute's name."
    assert "https://example.org" in card.fields["website"].error
    assert _institute(shown)["name"] == "KM Media Training Institute"
    card.controls["name"].setText("KM")
    assert card.fields["name"].error == ""
    card.discard_button.click()
    assert card.controls["name"].text() == "KM Media Training Institute"


def test_what_is_typed_stays_while_others_change_theirs(page, qtbot):
    shown = page()
    card = _cards(shown)["NameCard"]
    card.controls["motto"].setText("Learn by doing")
    shown.made.feed.bring([(ORGANISATION, {**KM[1], "name": "KM"})])
    card.refresh()
    assert card.controls["motto"].text() == "Learn by doing"
    card.discard()
    assert card.controls["name"].text() == "KM"


def test_a_country_brings_its_calling_code(page):
    shown = page()
    card = _cards(shown)["PlaceCard"]
    assert (card.value_of("country"), card.value_of("calling_code"), card.value_of("currency")) == ("GH", "233", "GHS")
    combo = card.controls["country"]
    combo.choose("NG")
    combo.activated.emit(combo.currentIndex())
    assert card.value_of("calling_code") == "234"
    card.controls["currency"].choose("NGN")
    card.controls["time_zone"].choose("Africa/Lagos")
    card.save()
    body = _institute(shown)
    assert [body[name] for name in ("country", "calling_code", "currency", "time_zone")] == [
        "NG", "234", "NGN", "Africa/Lagos",
    ]  # fmt: skip


def test_a_colour_that_cant_be_read_on_is_corrected_by_one_press(page):
    shown = page()
    card = _cards(shown)["LookCard"]
    card.controls["accent"].setText("#FFCC00")
    assert "White letters can't be read on #ffcc00" in card.fields["accent"].error
    assert card.offer.isVisible()
    card.offer.click()
    assert card.fields["accent"].error == ""
    card.save()
    nearest = _institute(shown)["accent"]
    assert nearest == card.controls["accent"].text()
    assert nearest != "#ffcc00"
    # Cards are printed in the institute's colour until someone chooses another one on this computer.
    assert choices(shown.made.desk).colour == nearest


def test_a_logo_is_chosen_seen_and_removed(page, qtbot, tmp_path):
    shown = page()
    card = _cards(shown)["LookCard"]
    file = tmp_path / "logo.png"
    file.write_bytes(encoded(image(900, 300), "PNG"))
    card.take_file(file)
    qtbot.waitUntil(lambda: bool(card.logo))
    card.save()
    body = _institute(shown)
    assert logo_error(body["logo"]) is None
    assert design_of(shown.made.desk, choices(shown.made.desk)).logo is not None
    assert card.remove_button.isVisible()
    card.remove_button.click()
    card.save()
    assert _institute(shown)["logo"] == ""


def test_a_file_that_is_no_picture_is_told(page, qtbot, tmp_path):
    shown = page()
    card = _cards(shown)["LookCard"]
    file = tmp_path / "logo.png"
    file.write_bytes(b"no picture")
    card.take_file(file)
    qtbot.waitUntil(lambda: bool(toasts_of(shown).toasts))
    assert "no picture" in toasts_of(shown).toasts[-1].words
    assert card.logo == ""


def test_large_and_noisy_logos_are_packed_small_enough():
    import random

    from PySide6.QtGui import QImage

    noise = QImage(random.Random(4).randbytes(640 * 640 * 4), 640, 640, QImage.Format.Format_ARGB32)
    packed = pack_logo(noise)
    assert logo_error(packed) is None
    for content in (b"", b"%PDF", encoded(image(8, 8), "PNG"), b"\x89PNG" * 2_000_000):
        with pytest.raises(CampusError):
            read_logo(content)


def test_branches_are_added_changed_removed_and_brought_back(page):
    shown = page()
    card = _cards(shown)["BranchesCard"]
    card.new()
    dialog = Dialog.opened_in(shown.window())
    assert isinstance(dialog, BranchDialog)
    dialog.save()
    assert dialog.fields["name"].error == "Enter the branch's name."
    dialog.fields["name"].control.setText("Kumasi")
    dialog.fields["phone"].control.setText("032 202 0101")
    dialog.save()
    (row,) = card.list.rows
    assert (row.content.title, row.content.detail) == ("Kumasi", "032 202 0101")
    card.new()
    again = Dialog.opened_in(shown.window())
    again.fields["name"].control.setText("kumasi")
    again.save()
    assert "There is a branch" in again.fields["name"].error
    again.reject()
    card.edit(row.content.id)
    Dialog.opened_in(shown.window()).remove()
    assert card.list.rows == ()
    toasts_of(shown).toasts[-1].action_button.click()
    assert [one.content.title for one in card.list.rows] == ["Kumasi"]
    assert shown.made.desk.store.get(BRANCH, row.content.id)["state"] == "active"


def test_the_rail_shows_the_institute(qtbot):
    head = LogoHead()
    qtbot.addWidget(head)
    assert head.words.text() == "Campusdesk"
    body = {"name": "KM Media Training Institute", "short_name": "KM Media", "logo": logo()}
    head.set_institute(short_name(body), body["name"], logo_image(body))
    assert (head.words.text(), head.toolTip()) == ("KM Media", "KM Media Training Institute")
    assert head.tile.picture is not None
    head.set_institute("", "", logo_image({"logo": "%%%"}))
    assert (head.words.text(), head.tile.picture) == ("Campusdesk", None)


@pytest.mark.parametrize("size", [(1232, 844), (1158, 710)])
@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_long_names_fit(page, size, scheme):
    theme().apply(scheme, scale=100, high_contrast=False, reduced_motion=True)
    shown = page([(ORGANISATION, {**KM[1], "name": "Ɛ" * 200, "motto": "مدرسة " * 30, "logo": logo()})])
    shown.resize(*size)
    outside = [one for card in shown.cards for one in card.findChildren(QWidget) if one.width() > card.width()]
    assert outside == []
