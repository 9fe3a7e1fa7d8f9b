"""The cards of the second factor on account and person, over a real server, and the question for a fresh sign-in."""

import pytest
from PySide6.QtWidgets import QFileDialog

from desktop.core.api_client import ApiClient
from desktop.core.device_key import DeviceKey
from desktop.core.http_transport import HttpTransport
from desktop.core.tokens import Tokens
from desktop.people.factor_card import FactorCard
from desktop.people.factor_policy_card import FactorPolicyCard
from desktop.people.factor_reset_card import FactorResetCard, factor_reset_card
from desktop.shell.confirm_dialog import ConfirmDialog
from desktop.shell.page import toasts_of
from desktop.widgets.background import wait_for_background
from desktop.widgets.card import Panel
from desktop.widgets.dialog import Dialog
from desktop.widgets.theme import Scheme, theme
from server.people import totp
from shared.people.vocabulary import ROLE
from tests.people.desks import ADMINISTRATOR, INSTRUCTOR
from tests.people.factor_kit import App, add_app, keep_letters
from tests.serving import PASSWORD, running_server


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)
    yield
    wait_for_background()


@pytest.fixture
def served(sqlite_server):
    """A server over HTTP with Esi, an administrator, signed in; `served.client` is hers."""
    sqlite_server.letters = keep_letters(sqlite_server)
    sqlite_server.esi = sqlite_server.add_person("esi", email="esi@example.org")
    device = sqlite_server.device()
    tokens = sqlite_server.sign_in("esi", device).data
    sqlite_server.token = tokens["access_token"]
    with running_server(sqlite_server.settings, sqlite_server.app) as url:
        transport = HttpTransport(url)
        client = ApiClient(transport, sqlite_server.clock, lambda _seconds: True)
        client.use(Tokens.model_validate(tokens), device.id, _Key(device))
        sqlite_server.client = client
        yield sqlite_server
        wait_for_background()
        transport.close()


class _Key(DeviceKey):
    """The key of a test's device."""

    def __init__(self, device):
        super().__init__()
        self._key = device.key


@pytest.fixture
def shown(qtbot, desks):
    """`shown(make, client, actor)` shows a card in a window."""

    def show(make, client, actor=ADMINISTRATOR):
        made = desks([], actor=actor)
        object.__setattr__(made.desk, "client", client)
        window = Panel("surface")
        card = make(made.desk)
        window.body.addWidget(card)
        window.body.addStretch(1)
        qtbot.addWidget(window)
        window.resize(760, 640)
        window.show()
        card.held_by = window  # or it would be gone with the last one who knows it
        return card

    return show


def ready(card, qtbot, kinds):
    """Wait until the card has read what there is to add."""
    qtbot.waitUntil(lambda: set(card.add_buttons) == set(kinds), timeout=20_000)


def dialog_of(card, qtbot, kind=Dialog):
    qtbot.waitUntil(lambda: isinstance(Dialog.opened_in(card.window()), kind), timeout=20_000)
    return Dialog.opened_in(card.window())


def test_an_app_is_added_and_its_codes_are_kept(qtbot, shown, served, tmp_path, monkeypatch):
    card = shown(FactorCard, served.client)
    ready(card, qtbot, {"app", "mail"})
    assert card.state.text() == "None yet. Your password alone opens your account."
    card.add_buttons["app"].click()
    steps = dialog_of(card, qtbot).steps
    assert steps.qr.accessibleName().startswith("otpauth://totp/")
    app = App(totp.secret_of(steps.key.text().replace(" ", "")))
    qtbot.keyClicks(steps.code, app.code(served))
    qtbot.waitUntil(lambda: len(steps.recovery.codes) == 10, timeout=20_000)
    kept = tmp_path / "codes.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(kept), ""))
    steps.recovery.save_button.click()
    assert kept.read_text().splitlines()[2:] == list(steps.recovery.codes)
    steps.recovery.copy_button.click()
    assert steps.recovery.said.text().startswith("Copied")
    steps.recovery.check.click()
    steps.button.click()
    qtbot.waitUntil(lambda: card.lines.count() == 2, timeout=20_000)
    assert toasts_of(card).toasts[-1].words == "The app was added"
    assert "factor_needed" in served.sign_in("esi").data


def test_a_code_by_mail_is_added(qtbot, shown, served):
    card = shown(FactorCard, served.client)
    ready(card, qtbot, {"app", "mail"})
    assert card.add_buttons["mail"].text() == "Code by mail to e…@example.org"
    card.add_buttons["mail"].click()
    steps = dialog_of(card, qtbot).steps
    assert not steps.qr.isVisible()
    qtbot.keyClicks(steps.code, served.letters[-1].secrets["code"])
    qtbot.waitUntil(lambda: len(steps.recovery.codes) == 10, timeout=20_000)


def test_after_ten_minutes_the_card_asks_who_it_is_and_goes_on(qtbot, shown, served):
    app = add_app(served, served.token)
    served.clock.advance(600)
    card = shown(FactorCard, served.client)
    ready(card, qtbot, {"app", "mail"})
    card.new_codes()
    dialog = dialog_of(card, qtbot, ConfirmDialog)
    qtbot.waitUntil(lambda: dialog.proof.kind == "app", timeout=20_000)
    qtbot.keyClicks(dialog.proof.code, "000000")
    qtbot.waitUntil(lambda: bool(dialog.proof.code_field.error), timeout=20_000)
    dialog.proof.take_way("password")
    dialog.proof.password.setText(PASSWORD)
    dialog.button.click()
    qtbot.waitUntil(lambda: card.dialog is not None, timeout=20_000)
    codes = card.dialog.steps.recovery.codes
    assert len(codes) == 10
    assert not set(codes) & set(app.recovery)
    card.dialog.steps.recovery.check.click()
    card.dialog.steps.button.click()


def test_giving_the_question_up_changes_nothing_and_says_nothing(qtbot, shown, served):
    add_app(served, served.token)
    served.clock.advance(600)
    card = shown(FactorCard, served.client)
    ready(card, qtbot, {"app", "mail"})
    card.remove("app")
    dialog_of(card, qtbot, ConfirmDialog).reject()
    qtbot.waitUntil(lambda: Dialog.opened_in(card.window()) is None, timeout=20_000)
    assert toasts_of(card).toasts == []
    card.refresh()
    qtbot.waitUntil(lambda: card.lines.count() == 2, timeout=20_000)


def test_a_factor_is_removed(qtbot, shown, served):
    add_app(served, served.token)
    card = shown(FactorCard, served.client)
    ready(card, qtbot, {"app", "mail"})
    card.remove("app")
    qtbot.waitUntil(lambda: bool(toasts_of(card).toasts), timeout=20_000)
    assert toasts_of(card).toasts[-1].words == "Authenticator app was removed"
    assert "access_token" in served.sign_in("esi").data


def test_without_a_server_it_says_where_the_factor_is(qtbot, shown):
    card = shown(FactorCard, None)
    qtbot.waitUntil(lambda: "can't be reached" in card.state.text(), timeout=20_000)
    card.add_app()
    assert "can't be reached" in toasts_of(card).toasts[-1].words


# ----------------------------------------------------------------------------------------------------------- the office


def test_an_administrator_takes_a_lost_factor_away(qtbot, shown, served):
    ama = served.add_person("ama", ("instructor",))
    token = served.sign_in("ama").data["access_token"]
    add_app(served, token)
    card = shown(lambda desk: factor_reset_card(desk, ama), served.client)
    assert isinstance(card, FactorResetCard)
    card.button.click()
    qtbot.waitUntil(lambda: bool(toasts_of(card).toasts), timeout=20_000)
    assert toasts_of(card).toasts[-1].words == "The second factor was taken away"
    assert "access_token" in served.sign_in("ama").data


def test_the_reset_is_offered_to_those_who_may_and_not_for_oneself(desks, served):
    made = desks([], actor=ADMINISTRATOR)
    assert factor_reset_card(made.desk, "someone") is None, "not without a server"
    object.__setattr__(made.desk, "client", served.client)
    assert factor_reset_card(made.desk, made.desk.actor.person_id) is None
    other = desks([], actor=INSTRUCTOR)
    object.__setattr__(other.desk, "client", served.client)
    assert factor_reset_card(other.desk, "someone") is None


def test_the_policy_proposes_all_staff_and_can_be_taken_back(shown):
    card = shown(FactorPolicyCard, None)
    assert not any(check.isChecked() for check in card.checks.values())
    card.propose.click()
    asked = {key for key, check in card.checks.items() if check.isChecked()}
    assert asked == set(card.checks) - {"student", "platform_administrator"}
    assert not card.propose.isVisible()
    toasts_of(card).toasts[-1].action_button.click()
    assert not any(check.isChecked() for check in card.checks.values())


def test_one_role_is_set_and_kept_in_the_store(shown, desks):
    card = shown(FactorPolicyCard, None)
    card.checks["cashier"].click()
    rows = {row["key"]: row for row in card._desk.store.page(ROLE, limit=-1)}
    assert rows["cashier"]["needs_factor"] is True
    assert card.checks["cashier"].isChecked()


def test_others_read_the_policy(shown):
    card = shown(FactorPolicyCard, None, actor=INSTRUCTOR)
    assert not any(check.isEnabled() for check in card.checks.values())
    assert not card.propose.isEnabled()
    assert card.why.text()
