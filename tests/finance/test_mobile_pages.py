"""Mobile money on screen, against a real server and Paystack on loopback: a student, a cashier, and an applicant."""

from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from desktop.admissions.apply_page import ApplyPage
from desktop.finance import online_actions
from desktop.finance.cash_desk_page import CashDeskPage
from desktop.finance.online_dialog import PayOnlineDialog
from desktop.finance.own_account_page import OwnAccountPage
from desktop.shell.page import toasts_of
from desktop.widgets.buttons import Button
from tests.admissions.samples import CONTENT
from tests.finance.online import Online
from tests.finance.test_online_pages import WAIT, at, enter, program
from tests.people.test_door_pages import keep_picture
from tests.providers.paystack_phones import APPROVES, ASKS, CODE_PHONE, OTP

__all__ = ["at", "program"]


def press_shown(page: QWidget, words: str, qtbot: Any) -> None:
    """Press the button of these words once it is seen: a page that was made anew shows its parts a moment later."""

    def shown() -> list[Button]:
        return [one for one in page.findChildren(Button) if one.text() == words and one.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()), timeout=WAIT)
    shown()[0].click()


def _on_a_phone(dialog: Any, qtbot: Any, number: str, network: str = "mtn") -> None:
    qtbot.waitUntil(lambda: dialog.pay_button.isEnabled() and not dialog.way.isHidden(), timeout=WAIT)
    dialog.way.choose("phone")
    assert dialog.phone.isVisible()
    assert not dialog.gateway_field.isVisible()
    dialog.phone.network.choose(network)
    dialog.phone.number.setText(number)


def test_a_student_gives_a_code_approves_and_has_the_receipt(at: Online, program: Any, qtbot: Any) -> None:
    at.charge(250_000, what="Tuition, second instalment of the course Photography for working people, evening class")
    window = enter(program, qtbot, "ama")
    window.open_page("finance.own")
    page = window.page
    assert isinstance(page, OwnAccountPage)
    qtbot.waitUntil(lambda: len(page.card.ledger.lines) == 1, timeout=WAIT)
    page.pay_button.click()
    dialog = window.findChild(PayOnlineDialog)
    _on_a_phone(dialog, qtbot, "12", "vod")
    assert dialog.pay_button.text() == "Ask the phone"
    keep_picture(window, "pay-phone")
    dialog.pay()
    qtbot.waitUntil(lambda: bool(dialog.phone.number_field.error) or bool(dialog.notice.said), timeout=WAIT)
    dialog.phone.number.setText("000000000000")
    dialog.pay()
    qtbot.waitUntil(lambda: "no phone number" in dialog.phone.number_field.error, timeout=WAIT)
    dialog.phone.number.setText(CODE_PHONE)
    dialog.pay()
    qtbot.waitUntil(lambda: not dialog.code.isHidden(), timeout=WAIT)
    assert "Dial *110#" in dialog.state.text()
    assert not dialog.pay_button.isEnabled(), "a phone isn't rung twice"
    keep_picture(window, "pay-phone-code")
    dialog.send_code()
    qtbot.waitUntil(lambda: "Enter the code" in dialog.code.field.error, timeout=WAIT)
    dialog.code.code.setText("xyz")
    dialog.send_code()
    qtbot.waitUntil(lambda: "Invalid OTP" in dialog.code.field.error, timeout=WAIT)
    dialog.code.code.setText(OTP)
    dialog.send_code()
    qtbot.waitUntil(lambda: "Approve the payment on the phone that ends in 567" in dialog.state.text(), timeout=WAIT)
    assert dialog.code.isHidden()
    keep_picture(window, "pay-phone-waits")
    (reference,) = at.here.transactions
    at.here.pay(reference)
    at.server.clock.advance(12)  # type: ignore[attr-defined] # a clock for tests
    dialog.look()
    qtbot.waitUntil(lambda: "The receipt is R-A1-000001" in dialog.state.text(), timeout=WAIT)
    dialog.reject()
    qtbot.waitUntil(lambda: len(page.card.ledger.lines) == 2, timeout=WAIT)


def test_a_cashier_asks_a_students_phone(at: Online, program: Any, qtbot: Any) -> None:
    at.charge(250_000)
    assert at.people["kwesi"]
    window = enter(program, qtbot, "kwesi")
    window.open_page("finance.cash_desk")
    qtbot.waitUntil(lambda: isinstance(window.page, CashDeskPage), timeout=WAIT)
    page = window.page
    qtbot.waitUntil(lambda: bool(online_actions.owed(window.desk, at.people["ama"])[1]), timeout=WAIT)
    qtbot.waitUntil(lambda: window.desk.store.get("person", at.people["ama"]) is not None, timeout=WAIT)
    page.show_person(at.people["ama"])
    page.acts.ask_phone(at.people["ama"], 100_000)
    dialog = window.findChild(PayOnlineDialog)
    qtbot.waitUntil(lambda: dialog.on_phone and dialog.amount.text() == "1,000.00", timeout=WAIT)
    dialog.phone.number.setText(APPROVES)
    dialog.pay()
    qtbot.waitUntil(lambda: "The receipt is R-A1-000001" in dialog.state.text(), timeout=WAIT)
    qtbot.waitUntil(lambda: any("R-A1-000001" in str(one.words) for one in toasts_of(page).toasts), timeout=WAIT)
    keep_picture(window, "desk-phone")
    dialog.reject()
    assert at.balance() == 150_000


def test_an_applicant_pays_the_fee_and_the_form_opens(at: Online, program: Any, qtbot: Any) -> None:
    server, system = at.server, at.server.organisation_id
    at.charge(9_900, what="Library fine")
    course, form = server.new_id(), server.new_id()
    server.do(server.command("AddCourse", course, {"code": "P", "title": "Photography"}), system)
    made = {"course_id": course, "title": "Photography, January intake", **CONTENT, "fee": 5_000, "currency": "GHS"}
    told = server.do(server.command("AddApplicationForm", form, made), system)
    assert told.verdict == "applied", told
    changes = {"changes": {"state": {"old": "draft", "new": "published"}}}
    assert (
        server.do(server.command("EditApplicationForm", form, changes, base=told.revision), system).verdict == "applied"
    )
    window = enter(program, qtbot, "ama")
    window.open_page("admissions.apply")
    page = window.page
    assert isinstance(page, ApplyPage)
    press_shown(page, "Apply", qtbot)
    assert not page.pay_button.isEnabled()
    qtbot.waitUntil(lambda: not page.line.waiting and page.pay_button.isEnabled(), timeout=WAIT)
    keep_picture(window, "apply-fee")
    page.pay_button.click()
    dialog = window.findChild(PayOnlineDialog)
    assert dialog.amount.text() == "50.00"
    _on_a_phone(dialog, qtbot, ASKS)
    keep_picture(window, "apply-fee-phone")
    dialog.pay()
    qtbot.waitUntil(lambda: "ends in 111" in dialog.state.text(), timeout=WAIT)
    (reference,) = at.here.transactions
    at.here.pay(reference)
    at.server.clock.advance(12)  # type: ignore[attr-defined] # a clock for tests
    dialog.look()
    qtbot.waitUntil(lambda: "The receipt is" in dialog.state.text(), timeout=WAIT)
    dialog.reject()
    qtbot.waitUntil(lambda: page._layers.currentWidget() is page.form, timeout=WAIT)
    keep_picture(window, "apply-open")


FIRST = {"amount": 5, "currency": "GHS", "problem": "", "receipt_number": "", "url": "", "channel": "mobile_money"}


@pytest.mark.parametrize(
    ("state", "step", "said", "words"),
    [
        ("pending", "phone", "Enter your PIN.", "phone that ends in 111. Enter your PIN."),
        ("pending", "code", "", "asks for a code"),
        ("pending", "elsewhere", "", "Pay in the browser instead"),
        ("unknown", "", "", "Nobody knows yet"),
        ("failed", "", "Declined", "The network refused: Declined. Nothing was taken."),
        ("failed", "", "", "didn't come about"),
    ],
)
def test_every_state_of_a_prompt_has_its_words(state: str, step: str, said: str, words: str) -> None:
    told = {**FIRST, "state": state, "step": step, "said": said, "phone_end": "111"}
    assert words in online_actions.state_words(told)[0]
    assert online_actions.may_ask_again(told) is (state != "pending")
