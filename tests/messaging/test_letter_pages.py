"""Letters on screen, against a real server: their list, their texts, and the accounts they go by."""

from pathlib import Path
from typing import Any

import pytest

from desktop.core.settings import Server, Settings
from desktop.messaging.area import area as messaging
from desktop.messaging.letter_dialog import LetterDialog
from desktop.messaging.letters_page import LETTERS_PAGE, LettersPage
from desktop.messaging.ways_card import WaysCard
from desktop.messaging.wishes_card import WishesCard
from desktop.people.area import area as people
from desktop.shell.confirm_dialog import ConfirmDialog
from desktop.shell.page import toasts_of
from desktop.shell.preferences import Preferences
from desktop.shell.program import Folders, Plan, Program
from desktop.widgets.background import wait_for_background
from tests.messaging.letters import NEVER, UNKNOWN, Post
from tests.people.test_door_pages import keep_picture
from tests.serving import PASSWORD, running_server
from tests.shell.test_starting import gate_with

WAIT = 20_000


@pytest.fixture
def office(tmp_path: Path, sqlite_server: Any, qtbot: Any) -> Any:
    """An administrator signed in by a program with a real server; gives (program, letters of that server)."""
    clock = sqlite_server.clock
    sqlite_server.add_person("grace", ("administrator",), email="grace@example.com", family_name="Ofori")
    folders = Folders(tmp_path / "settings", tmp_path / "stores", tmp_path / "sample")
    with running_server(sqlite_server.settings, sqlite_server.app) as url:
        areas = (people(institute_cards=(WaysCard,), account_cards=(WishesCard,)), messaging({}))
        plan = Plan(folders, areas, server=Server(url=url, organisation="km-media"), clock=clock)
        program = Program(plan, Preferences(Settings(), folders.settings), gate_with(tmp_path, clock))
        program.start()
        window = program.sign_in_window
        assert window is not None
        window.form.name.setText("grace")
        window.form.password.setText(PASSWORD)
        window.form.submit()
        qtbot.waitUntil(lambda: program.main_window is not None, timeout=WAIT)
        program.main_window.resize(1440, 900)
        yield program, Post(sqlite_server)
        if program.main_window is not None:
            program.main_window.close()
        program.close()
        wait_for_background()


def _said(widget: Any) -> str:
    toasts = toasts_of(widget).toasts
    return str(toasts[-1].words) if toasts else ""


def set_up(post: Post) -> None:
    """Give the institute accounts, so that letters go somewhere."""
    token = post.server.sign_in("grace").data["access_token"]
    mail = {"host": "smtp.example.com", "sender": "letters@km-media.example", "username": "letters"}
    given = {"settings": mail, "secret": "orange-Tuesday-41"}
    assert post.server.ask("PUT", "/api/v1/letter-ways/mail", given, token).status == 200


def test_the_list_shows_what_became_of_letters_and_sends_one_again(office: Any, qtbot: Any) -> None:
    program, post = office
    set_up(post)
    ama = post.server.add_person(
        "ama", ("student",), family_name="Mensah-Agyeman of the Very Long Family Name", email="ama@example.com"
    )
    post.answers = {"gone@example.com": NEVER.__class__(NEVER.came, "smtp_554", NEVER.reason), "b@example.com": UNKNOWN}
    post.post(
        post.code("code", person_id=ama), post.letter("gone", "gone@example.com"), post.letter("b", "b@example.com")
    )
    post.deliver()
    post.post(post.letter("later", "later@example.com"))
    program.main_window.open_page(LETTERS_PAGE)
    page = program.main_window.page
    assert isinstance(page, LettersPage)
    rows = page.list.table.record_model.rowCount
    # The four, and one about the second sign-in.
    qtbot.waitUntil(lambda: rows() == 5, timeout=WAIT)
    keep_picture(program.main_window, "letters")
    page.list.filters.filters["state"].choose("failed")
    qtbot.waitUntil(lambda: rows() == 1, timeout=WAIT)
    page.list.table.opened.emit(next(one["id"] for one in page.list.asked.rows))
    dialog = program.main_window.findChild(LetterDialog)
    qtbot.waitUntil(lambda: dialog.tries.count() == 1, timeout=WAIT)
    keep_picture(program.main_window, "letter")
    assert "no such user" in dialog.reason.text()
    dialog.again_button.click()
    qtbot.waitUntil(dialog.again_button.isHidden, timeout=WAIT)
    assert not dialog.back_button.isHidden()
    dialog.back_button.click()
    qtbot.waitUntil(dialog.back_button.isHidden, timeout=WAIT)
    dialog.reject()
    qtbot.waitUntil(page.list.nothing.isVisible, timeout=WAIT)
    assert ("cancelled", "cancelled", 1) in post.rows()


def test_what_may_have_gone_out_says_so_before_it_goes_again(office: Any, qtbot: Any) -> None:
    program, post = office
    set_up(post)
    post.answer = UNKNOWN
    post.post(post.letter("b", "b@example.com"))
    post.deliver()
    program.main_window.open_page(LETTERS_PAGE)
    page = program.main_window.page
    rows = page.list.table.record_model.rowCount
    page.list.filters.filters["channel"].choose("mail")
    page.list.filters.filters["state"].choose("unknown")
    qtbot.waitUntil(lambda: rows() >= 1 and {one["state"] for one in page.list.asked.rows} == {"unknown"}, timeout=WAIT)
    page.list.open_letter(next(one["id"] for one in page.list.asked.rows if one["template"] == "general"))
    dialog = program.main_window.findChild(LetterDialog)
    assert not dialog.doubt.isHidden()
    dialog.again_button.click()
    qtbot.waitUntil(dialog.doubt.isHidden, timeout=WAIT)
    dialog.reject()


def test_a_text_is_written_looked_at_and_tried(office: Any, qtbot: Any) -> None:
    program, post = office
    program.main_window.open_page(LETTERS_PAGE)
    page = program.main_window.page
    page.tabs.choose("texts")
    view = page.texts
    qtbot.waitUntil(lambda: view.shown is not None, timeout=WAIT)
    view.choice.choose("sign_in_code")
    qtbot.waitUntil(lambda: "000-000" in view.preview.text(), timeout=WAIT)
    keep_picture(program.main_window, "texts-mail")
    assert (view.save_button.isEnabled(), view.try_button.isEnabled()) == (False, True)
    view.way.choose("sms")
    qtbot.waitUntil(lambda: "1 part" in view.size_label.text(), timeout=WAIT)
    view.body.setPlainText("{institut}: {code}")
    qtbot.waitUntil(lambda: "Did you mean {institute}?" in view.fault.words.text(), timeout=WAIT)
    keep_picture(program.main_window, "texts-fault")
    view.body.setPlainText("{institute} ₵ {code}" + "x" * 60)
    qtbot.waitUntil(lambda: "₵" in view.size_label.text(), timeout=WAIT)
    assert not view.try_button.isEnabled()
    keep_picture(program.main_window, "texts-sms")
    view.save_button.click()
    qtbot.waitUntil(lambda: "Text of Sign-in code saved" in _said(view), timeout=WAIT)
    assert view.supplied_button.isEnabled()
    view.supplied_button.click()
    qtbot.waitUntil(lambda: view.body.toPlainText().startswith("{institute}: your sign-in code"), timeout=WAIT)
    view.try_button.click()
    qtbot.waitUntil(lambda: "phone number" in _said(view), timeout=WAIT)
    assert post.rows() == []


def test_mail_is_set_up_and_a_test_is_followed(office: Any, qtbot: Any) -> None:
    program, post = office
    program.main_window.open_page("people.institute")
    card = program.main_window.page.findChild(WaysCard)
    form = card.forms["mail"]
    program.main_window.page.ensureWidgetVisible(card)
    qtbot.waitUntil(form.isEnabled, timeout=WAIT)
    assert "only noted" in form.came.text()
    form.uses.choose("own")
    for name, words in {"host": "bad host", "username": "letters", "secret": "orange-Tuesday-41"}.items():
        form.controls[name].setText(words)
    form.controls["sender"].setText("letters@km-media.example")
    form.save_button.click()
    qtbot.waitUntil(lambda: form.fields["host"].error == "This can't be used.", timeout=WAIT)
    form.controls["host"].setText("smtp.example.com")
    form.controls["per_day"].setText("many")
    form.save_button.click()
    assert form.fields["per_day"].error == "Enter a number from 0 to 1,000,000."
    form.controls["per_day"].setText("500")
    form.save_button.click()
    qtbot.waitUntil(lambda: _said(card) == "Account saved", timeout=WAIT)
    assert form.controls["secret"].text() == ""
    form.test_button.click()
    qtbot.waitUntil(lambda: len(post.rows()) == 1, timeout=WAIT)
    post.deliver()
    qtbot.waitUntil(lambda: "Sent" in form.came.text(), timeout=WAIT)
    assert "grace@example.com" in form.came.text()
    program.main_window.page.verticalScrollBar().setValue(10_000)
    keep_picture(program.main_window, "ways")
    sms = card.forms["sms"]
    sms.uses.choose("own")
    for name, words in {"username": "kmmedia", "secret": "atsk", "sender": "KMMEDIA"}.items():
        sms.controls[name].setText(words)
    sms.save_button.click()
    qtbot.waitUntil(lambda: not sms.problem.isVisible() and sms.controls["secret"].text() == "", timeout=WAIT)
    sms.paths_button.click()
    qtbot.waitUntil(lambda: "/opt-out" in sms.paths.text(), timeout=WAIT)
    keep_picture(program.main_window, "ways-sms")


def test_one_says_which_letters_one_wants(office: Any, qtbot: Any) -> None:
    program, post = office
    program.main_window.open_page("people.account")
    card = program.main_window.page.findChild(WishesCard)
    qtbot.waitUntil(card.save_button.isEnabled, timeout=WAIT)
    assert card.mail.isChecked()
    card.sms.setChecked(False)
    card.categories["payments"].setChecked(False)
    card.quiet_from.choose("21:00")
    card.save()
    qtbot.waitUntil(lambda: "letters you want" in _said(card), timeout=WAIT)
    token = post.server.sign_in("grace").data["access_token"]
    told = post.server.get("/api/v1/letter-wishes", token).data
    assert (told["sms"], told["unwanted"], told["quiet_from"], told["quiet_until"]) == (
        False,
        ["payments"],
        "21:00",
        "06:30",
    )
    card.letters.setChecked(False)
    assert not card.mail.isEnabled()
    program.main_window.page.ensureWidgetVisible(card)
    keep_picture(program.main_window, "wishes")


def test_a_new_account_is_taken_after_a_fresh_sign_in_only(office: Any, qtbot: Any) -> None:
    program, post = office
    program.main_window.open_page("people.institute")
    form = program.main_window.page.findChild(WaysCard).forms["mail"]
    qtbot.waitUntil(form.isEnabled, timeout=WAIT)
    post.clock.advance(11 * 60)
    form.uses.choose("own")
    for name, words in {"host": "smtp.example.com", "sender": "letters@km-media.example"}.items():
        form.controls[name].setText(words)
    form.save_button.click()
    qtbot.waitUntil(lambda: program.main_window.findChild(ConfirmDialog) is not None, timeout=WAIT)
    program.main_window.findChild(ConfirmDialog).reject()
    qtbot.waitUntil(lambda: "Confirm first" in _said(form), timeout=WAIT)
