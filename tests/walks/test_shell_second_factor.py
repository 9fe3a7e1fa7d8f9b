"""Someone with a second factor signs in at a real server: by an app, by mail, by a recovery code; and adds one."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QGuiApplication

from desktop.core.area import StoreArea
from desktop.core.half_sign_in import FactorNeededError
from desktop.core.keychain import MemoryKeychain
from desktop.core.settings import Server, Settings
from desktop.shell.gate import Gate
from desktop.shell.preferences import Preferences
from desktop.shell.server_dialog import ServerDialog
from desktop.shell.sign_in_window import SignInWindow
from desktop.widgets.background import wait_for_background
from desktop.widgets.theme import Scheme, theme
from server.people import totp
from shared.core.clock import ManualClock
from shared.core.errors import CampusError
from shared.core.ids import IdMaker
from tests.desks import plain_areas
from tests.people.factor_kit import App, add_address, add_app, keep_letters, with_app
from tests.serving import PASSWORD, running_server


@pytest.fixture
def gate(tmp_path):
    clock, keychain = ManualClock(), MemoryKeychain(is_lasting=True)
    made = Gate(
        tmp_path / "stores", (*plain_areas(), StoreArea()), clock, IdMaker(clock), lambda _seconds: True,
        open_secrets=lambda: keychain, scrypt_n=2**4,
    )  # fmt: skip
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)
    yield made
    wait_for_background()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def letters(sqlite_server):
    return keep_letters(sqlite_server)


@pytest.fixture
def window(qtbot, gate, sqlite_server, letters):
    """The sign-in window before a server that runs."""
    with running_server(sqlite_server.settings, sqlite_server.app) as url:
        made = SignInWindow()
        made.connect_to(
            gate, Preferences(Settings()), ServerDialog, Server(url=url, organisation="km-media", name="KM Media")
        )
        qtbot.addWidget(made)
        made.show()
        qtbot.waitUntil(lambda: made.state.text().startswith("Connected to"), timeout=10_000)
        yield made
        wait_for_background()


def password(window, qtbot, name):
    """Give name and password, and wait for the next step."""
    window.form.name.setText(name)
    window.form.password.setText(PASSWORD)
    window.form.submit()
    qtbot.waitUntil(lambda: window.steps.currentIndex() > 0 or bool(window.form.password_field.error), timeout=20_000)


def entered(window, qtbot, act):
    with qtbot.waitSignal(window.signed_in, timeout=20_000) as got:
        act()
    return got.args[0]


def test_the_code_of_an_app_goes_in_by_itself_at_six_digits(window, qtbot, sqlite_server):
    app = with_app(sqlite_server, "grace")
    password(window, qtbot, "grace")
    proof = window.second.form.proof
    assert proof.words.text().startswith("Open the authenticator app")
    assert proof.code.hasFocus() or not window.isActiveWindow()
    code = app.code(sqlite_server)
    qtbot.keyClicks(proof.code, code[:3] + " ")
    assert not window.second.form.button.busy
    done = entered(window, qtbot, lambda: qtbot.keyClicks(proof.code, code[3:]))
    assert done.online
    assert not done.needs_factor
    done.close()


def test_a_code_may_be_pasted_and_a_wrong_one_is_said_under_the_field(window, qtbot, sqlite_server):
    app = with_app(sqlite_server, "grace")
    password(window, qtbot, "grace")
    proof = window.second.form.proof
    qtbot.keyClicks(proof.code, "00000")
    window.second.form.button.click()
    assert proof.code_field.error == "A code has six digits."
    qtbot.keyClicks(proof.code, "0")
    qtbot.waitUntil(lambda: proof.code_field.error.startswith("This code isn't right"), timeout=20_000)
    assert proof.code.selectedText() == "000000"
    code = app.code(sqlite_server)
    QGuiApplication.clipboard().setText(f" {code[:3]} {code[3:]} ")
    done = entered(window, qtbot, proof.code.paste)
    done.close()


def test_another_way_is_chosen_and_a_code_is_sent(window, qtbot, sqlite_server, letters):
    sqlite_server.add_person("grace", ("instructor",), email="grace@example.org")
    token = sqlite_server.sign_in("grace").data["access_token"]
    add_app(sqlite_server, token)
    add_address(sqlite_server, token, letters, "mail")
    password(window, qtbot, "grace")
    proof = window.second.form.proof
    proof.take_way("mail")
    qtbot.waitUntil(lambda: not proof.again.busy, timeout=20_000)
    assert proof.words.text().startswith("Enter the six digits of the mail to g…@example.org")
    done = entered(window, qtbot, lambda: qtbot.keyClicks(proof.code, letters[-1].secrets["code"]))
    done.close()


def test_a_recovery_code_waits_for_enter(window, qtbot, sqlite_server, letters):
    app = with_app(sqlite_server, "grace")
    password(window, qtbot, "grace")
    proof = window.second.form.proof
    proof.take_way("recovery")
    qtbot.keyClicks(proof.code, app.recovery[0].lower())
    assert not window.second.form.button.busy
    done = entered(window, qtbot, proof.submit)
    done.close()
    assert "recovery_code_used" in [letter.template for letter in letters]


def test_back_leads_to_the_password_and_a_sign_in_that_ran_out_too(window, qtbot, sqlite_server):
    app = with_app(sqlite_server, "grace")
    password(window, qtbot, "grace")
    window.second.form.cancelled.emit()
    assert window.steps.currentIndex() == 0
    assert window.form.password.text() == ""
    password(window, qtbot, "grace")
    sqlite_server.clock.advance(600)
    qtbot.keyClicks(window.second.form.proof.code, app.code(sqlite_server))
    qtbot.waitUntil(lambda: window.steps.currentIndex() == 0, timeout=20_000)
    assert window.form.password_field.error == "This sign-in has run out. Enter your password again."


def test_a_role_that_needs_a_factor_is_asked_to_add_one_before_anything_else(window, qtbot, sqlite_server):
    sqlite_server.add_person("grace", ("instructor",), email="grace@example.org")
    require(sqlite_server, "instructor")
    password(window, qtbot, "grace")
    set_up = window.second.set_up
    qtbot.waitUntil(lambda: len(set_up.ways.rows) == 2, timeout=20_000)
    assert not set_up.button.isVisible()
    set_up.ways.rows[0].click()
    qtbot.waitUntil(lambda: set_up.key.text() != "", timeout=20_000)
    app = App(totp.secret_of(set_up.key.text().replace(" ", "")))
    qtbot.keyClicks(set_up.code, app.code(sqlite_server))
    qtbot.waitUntil(lambda: len(set_up.recovery.codes) == 10, timeout=20_000)
    assert not set_up.button.isEnabled(), "not before the codes are kept"
    set_up.recovery.check.click()
    done = entered(window, qtbot, set_up.button.click)
    assert sqlite_server.get("/api/v1/auth/me", done.client._tokens.access_token).status == 200
    assert not done.needs_factor
    done.close()


def test_giving_up_to_add_one_opens_nothing(window, qtbot, sqlite_server):
    sqlite_server.add_person("grace", ("instructor",))
    require(sqlite_server, "instructor")
    password(window, qtbot, "grace")
    window.second.give_up.click()
    assert window.steps.currentIndex() == 0


def test_a_temporary_password_is_replaced_with_one_code(window, qtbot, sqlite_server):
    app = with_app(sqlite_server, "grace")
    with sqlite_server.context.database.read() as db:
        person_id = db.one("SELECT id FROM person WHERE username = 'grace'")[0]
    sqlite_server.set_password(person_id, temporary_for=timedelta(days=1))
    password(window, qtbot, "grace")
    qtbot.keyClicks(window.second.form.proof.code, app.code(sqlite_server))
    qtbot.waitUntil(lambda: hasattr(window, "new_password"), timeout=20_000)
    window.new_password.first.setText("three boats on the Volta")
    window.new_password.second.setText("three boats on the Volta")
    done = entered(window, qtbot, window.new_password.submit)
    assert not done.must_change_password
    done.close()
    offline = window.gate.desk().sign_in_offline(window.server, "grace", "three boats on the Volta")
    offline.close()


def test_signing_in_again_while_the_store_is_open_asks_for_the_code_too(gate, window, sqlite_server):
    app = with_app(sqlite_server, "grace")
    desk, server = gate.desk(), window.server
    with pytest.raises(FactorNeededError) as needed:
        desk.sign_in(server, "grace", PASSWORD)
    opened = desk.finish_sign_in(needed.value.half, "app", app.code(sqlite_server))
    sqlite_server.clock.advance(30)
    with pytest.raises(FactorNeededError) as needed:
        desk.sign_in_again(opened, server, PASSWORD)
    assert PASSWORD not in repr(needed.value.half)
    with pytest.raises(CampusError, match="used already"):
        desk.finish_again(opened, needed.value.half, "app", "000000")
    desk.finish_again(opened, needed.value.half, "app", app.code(sqlite_server))
    assert opened.online
    opened.close()


def test_offline_the_password_alone_opens_the_store(gate, window, sqlite_server):
    """What is on a computer is guarded by its key; the second factor guards the server."""
    app = with_app(sqlite_server, "grace")
    desk, server = gate.desk(), window.server
    with pytest.raises(FactorNeededError) as needed:
        desk.sign_in(server, "grace", PASSWORD)
    desk.finish_sign_in(needed.value.half, "app", app.code(sqlite_server)).close()
    away = server.model_copy()
    opened = desk.sign_in_offline(away, "grace", PASSWORD)
    assert not opened.online
    opened.close()


def require(server, role):
    """Let a role need a second factor."""
    with server.context.database.read() as db:
        row = db.one('SELECT id, revision FROM role WHERE organisation_id = :o AND "key" = :k',
                     o=server.organisation_id, k=role)  # fmt: skip
    changes = {"key": role, "changes": {"needs_factor": {"old": False, "new": True}}}
    assert server.do(server.command("SaveRole", row[0], changes, row[1])).verdict == "applied"


def test_a_password_may_be_pasted(window, qtbot, sqlite_server):
    """Programs that keep passwords are welcome."""
    sqlite_server.add_person("kofi", ("student",))
    window.form.name.setText("kofi")
    QGuiApplication.clipboard().setText(PASSWORD)
    window.form.password.paste()
    entered(window, qtbot, window.form.submit).close()
