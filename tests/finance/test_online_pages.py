"""Paying online on screen, against a real server and a gateway on loopback, and the card of an institute's accounts."""

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from desktop.areas import areas
from desktop.core import api_errors
from desktop.core.keychain import MemoryKeychain
from desktop.core.settings import Server, Settings
from desktop.finance import online_actions, online_dialog
from desktop.finance.online_card import GatewaysCard
from desktop.finance.online_dialog import PayOnlineDialog
from desktop.finance.own_account_page import OwnAccountPage
from desktop.people.institute_page import INSTITUTE_PAGE
from desktop.shell.gate import Gate
from desktop.shell.page import toasts_of
from desktop.shell.preferences import Preferences
from desktop.shell.program import Folders, Plan, Program
from desktop.widgets.background import wait_for_background
from desktop.widgets.buttons import Kind
from shared.core.errors import CampusError
from shared.core.ids import IdMaker
from tests.desks import make_actor, make_desk
from tests.finance.online import Online, online
from tests.fixtures.windows import last_said
from tests.people.test_door_pages import keep_picture
from tests.serving import PASSWORD, running_server

WAIT = 20_000


@pytest.fixture
def at(sqlite_server: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    # Nothing is asked by itself: each test lets the server ask.
    monkeypatch.setattr("server.core.jobs._FIRST_LOOK_SECONDS", 3_600.0)
    with online(sqlite_server, "paystack") as made:
        yield made


@pytest.fixture
def program(at: Online, tmp_path: Path) -> Any:
    """A program; signed in by `enter`."""
    folders = Folders(tmp_path / "settings", tmp_path / "stores", tmp_path / "sample")
    with running_server(at.server.settings, at.server.app) as url:
        plan = Plan(folders, areas(), server=Server(url=url, organisation="km-media"), clock=at.server.clock)
        made = Program(plan, Preferences(Settings(), folders.settings), _gate(tmp_path, at.server.clock))
        made.start()
        yield made
        wait_for_background()
        if made.main_window is not None:
            made.main_window.close()
        made.close()


def _gate(tmp_path: Path, clock: Any) -> Gate:
    stores = tuple(one.store for one in areas())
    ids = IdMaker(clock)
    return Gate(tmp_path / "stores", stores, clock, ids, lambda _s: True, open_secrets=MemoryKeychain, scrypt_n=2**4)


def enter(program: Any, qtbot: Any, name: str) -> Any:
    window = program.sign_in_window
    window.form.name.setText(name)
    window.form.password.setText(PASSWORD)
    window.form.submit()
    qtbot.waitUntil(lambda: program.main_window is not None, timeout=WAIT)
    program.main_window.resize(1440, 900)
    return program.main_window


def test_a_student_pays_in_the_browser_and_sees_the_receipt_here(
    at: Online, program: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(online_dialog.QDesktopServices, "openUrl", lambda url: opened.append(url.toString()) or True)
    at.charge(250_000, what="Tuition, second instalment of the course Photography for working people, evening class")
    fine = at.charge(1_250, what="Library fine", due_on="2026-11-01")
    window = enter(program, qtbot, "ama")
    window.open_page("finance.own")
    page = window.page
    assert isinstance(page, OwnAccountPage)
    qtbot.waitUntil(lambda: len(page.card.ledger.lines) == 2, timeout=WAIT)
    page.pay_button.click()
    dialog = window.findChild(PayOnlineDialog)
    qtbot.waitUntil(dialog.pay_button.isEnabled, timeout=WAIT)
    assert (dialog.amount.text(), dialog.gateway.currentText()) == ("2,512.50", "Paystack, test mode")
    dialog.checks[1].setChecked(False)
    assert dialog.amount.text() == "12.50"
    dialog.amount.setText("12.505")
    dialog.pay()
    assert "digits after the point" in dialog.amount_field.error
    dialog.amount.setText("12.50")
    keep_picture(window, "pay-online")
    dialog.pay()
    qtbot.waitUntil(lambda: bool(opened), timeout=WAIT)
    (reference,) = at.here.transactions
    assert opened == [at.here.base + f"/pay/ac{at.here.transactions[reference]['id']}"]
    assert "waits to be paid" in dialog.state.text()
    keep_picture(window, "pay-online-waits")
    assert (dialog.page_button.kind, dialog.pay_button.kind) == (Kind.PRIMARY, Kind.SECONDARY)
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert (len(opened), list(at.here.transactions)) == (2, [reference]), "the page opened again, no payment was begun"
    at.here.pay(reference)
    dialog.look()
    qtbot.waitUntil(lambda: "The receipt is R-A1-000001" in dialog.state.text(), timeout=WAIT)
    assert "R-A1-000001" in str(toasts_of(page).toasts[-1].words)
    assert not dialog.pay_button.isEnabled()
    dialog.reject()
    qtbot.waitUntil(lambda: len(page.card.ledger.lines) == 3, timeout=WAIT)
    assert [one["charge_id"] for one in at.bodies("allocation")] == [fine]


def test_what_is_in_the_way_is_said(at: Online, program: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(online_dialog.QDesktopServices, "openUrl", lambda _url: False)
    at.charge(1_250, "esi")
    window = enter(program, qtbot, "esi")
    dialog = PayOnlineDialog(window, window.desk, at.people["esi"])
    qtbot.waitUntil(dialog.pay_button.isEnabled, timeout=WAIT)
    dialog.amount.setText("5")
    dialog.pay()
    qtbot.waitUntil(lambda: "mail address" in dialog.notice.said, timeout=WAIT)
    at.server.settings.__dict__["paystack_email"] = "fees@km-media.example"
    dialog.pay()
    qtbot.waitUntil(lambda: "No browser opened" in dialog.notice.said, timeout=WAIT)
    (reference,) = at.here.transactions
    at.here.pay(reference, amount=1, requested_amount=1)
    dialog.look()
    qtbot.waitUntil(lambda: "The office looks at it" in dialog.state.text(), timeout=WAIT)
    dialog.reject()


def _cut(monkeypatch: pytest.MonkeyPatch, times: int) -> list[str]:
    """Lose the first answers about a payment that was begun; returns the keys that were asked with."""
    begin, keys = online_actions.begin, []

    def begins(*asked: Any) -> Any:
        keys.append(asked[2])
        payment = begin(*asked)
        if len(keys) <= times:
            raise api_errors.no_network(OSError("cut off"))
        return payment

    monkeypatch.setattr(online_actions, "begin", begins)
    return keys


def test_a_repeat_after_a_lost_answer_is_the_same_payment_in_another_window_too(
    at: Online, program: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of networks comes between the press and the answer, which gets lost, as does the next one."""
    networks, pressed, keys = online_actions.networks, threading.Event(), _cut(monkeypatch, 2)

    def offered(*asked: Any) -> Any:
        pressed.wait()
        return networks(*asked)

    monkeypatch.setattr(online_dialog.QDesktopServices, "openUrl", lambda _url: True)
    monkeypatch.setattr(online_actions, "networks", offered)
    ama = at.people["ama"]
    window = enter(program, qtbot, "ama")
    dialog = PayOnlineDialog(window, window.desk, ama)
    try:
        qtbot.waitUntil(dialog.pay_button.isEnabled)
        dialog.amount.setText("12.50")
        dialog.pay()
    finally:
        pressed.set()
    qtbot.waitUntil(lambda: bool(dialog.notice.said) and not dialog.pay_button.busy)
    assert not dialog.way.isHidden()
    dialog.pay()
    qtbot.waitUntil(lambda: len(keys) == 2 and not dialog.pay_button.busy)
    dialog.reject()
    dialog = PayOnlineDialog(window, window.desk, ama)
    qtbot.waitUntil(dialog.pay_button.isEnabled)
    dialog.amount.setText("12.50")
    dialog.pay()
    qtbot.waitUntil(lambda: "waits to be paid" in dialog.state.text())
    assert (len(keys), len(set(keys)), len(at.here.transactions)) == (3, 1, 1)
    assert [one["state"] for one in at.bodies("payment")] == ["pending"]
    dialog.amount.setText("13.00")
    dialog.pay()
    qtbot.waitUntil(lambda: len(at.bodies("payment")) == 2)
    wait_for_background()
    dialog.reject()


def test_an_administrator_enters_keys_and_copies_the_address(at: Online, program: Any, qtbot: Any) -> None:
    window = enter(program, qtbot, "grace")
    window.open_page(INSTITUTE_PAGE)
    card = next(one for one in window.page.cards if isinstance(one, GatewaysCard))
    paystack, razorpay = card.forms.values()
    qtbot.waitUntil(razorpay.isEnabled, timeout=WAIT)
    assert "Test mode" in paystack.stands.text()
    assert paystack.secret.text() == ""
    assert not razorpay.address_button.isEnabled()
    razorpay.key_id.setText("rzp_live_1DP5mmOlF5G5ag")
    razorpay.secret.setText("another secret")
    razorpay.save()
    qtbot.waitUntil(lambda: "Takes real money" in razorpay.stands.text(), timeout=WAIT)
    razorpay.make_address()
    qtbot.waitUntil(lambda: not razorpay.address_field.isHidden(), timeout=WAIT)
    assert razorpay.address.text().startswith("http://127.0.0.1:")
    assert razorpay.address.text().endswith("/razorpay")
    keep_picture(card, "gateways")
    paystack.secret.setText("pk_live_1")
    paystack.save()
    qtbot.waitUntil(lambda: "no key of Paystack" in last_said(paystack), timeout=WAIT)
    razorpay.remove()
    qtbot.waitUntil(lambda: "Not set up" in razorpay.stands.text(), timeout=WAIT)


def test_without_the_network_it_says_so(tmp_path: Path, qtbot: Any) -> None:
    here = make_desk(
        tmp_path, make_actor("01a1f7f8-3000-7672-874a-d4a8ff8edb70", "Ama"), areas=tuple(one.store for one in areas())
    )
    dialog = PayOnlineDialog(_window(qtbot), here.desk, here.desk.actor.person_id)
    wait_for_background()
    qtbot.waitUntil(lambda: "needs the network" in dialog.notice.said, timeout=WAIT)
    assert not dialog.pay_button.isEnabled()
    dialog.reject()
    card = GatewaysCard(here.desk)
    qtbot.addWidget(card)
    card.show()
    wait_for_background()
    qtbot.waitUntil(lambda: not card.forms["paystack"].isEnabled(), timeout=WAIT)
    here.close()


def _window(qtbot: Any) -> Any:
    from PySide6.QtWidgets import QWidget

    made = QWidget()
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    return made


CHARGES = [online_actions.Owed("a", "Tuition", None, 500), online_actions.Owed("b", "Fine", None, 300)]


@pytest.mark.parametrize(
    ("typed", "shares"), [("5", [("a", 500)]), ("6.50", [("a", 500), ("b", 150)]), ("99", [("a", 500), ("b", 300)])]
)
def test_an_amount_pays_the_longest_due_first(typed: str, shares: list[tuple[str, int]]) -> None:
    asked = online_actions.wanted("p", "paystack", typed, "GHS", CHARGES)
    assert [(one["entry_id"], one["amount"]) for one in asked["goes_to"]] == shares


@pytest.mark.parametrize(
    ("typed", "code"),
    [("0", "amount_missing"), ("-5", "bad_amount"), ("1.005", "too_many_decimals"), ("INR 5", "other_currency")],
)
def test_amounts_that_are_none_are_refused(typed: str, code: str) -> None:
    with pytest.raises(CampusError) as refused:
        online_actions.wanted("p", "paystack", typed, "GHS", CHARGES)
    assert refused.value.code == code


def test_every_state_has_its_words() -> None:
    first = {"amount": 5, "currency": "GHS", "problem": "", "receipt_number": "R-A1-000001", "url": ""}
    first |= {"channel": "", "step": "", "phone_end": "", "said": ""}
    told = {
        state: online_actions.state_words({**first, "state": state})[0]
        for state in ("pending", "processing", "unknown", "completed", "failed", "voided", "refunded")
    }
    assert all(told.values())
    assert "got lost" in told["unknown"]
    assert not online_actions.is_settled({**first, "state": "unknown"})
    assert online_actions.is_settled({**first, "state": "pending", "problem": "x"})
