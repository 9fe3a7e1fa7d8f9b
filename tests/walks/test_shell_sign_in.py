"""Someone signs in at a real server, saves, loses the network, signs in again without it, and sends when it is back."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from desktop.core.area import StoreArea
from desktop.core.keychain import MemoryKeychain
from desktop.core.outbox import Ask
from desktop.core.settings import Server, Settings
from desktop.core.sync_engine import SyncEngine
from desktop.core.sync_state import Phase
from desktop.shell.gate import Gate
from desktop.shell.preferences import Preferences
from desktop.shell.server_dialog import ServerDialog
from desktop.shell.sign_in_window import SignInWindow
from desktop.widgets.background import wait_for_background
from desktop.widgets.dialog import Dialog
from desktop.widgets.theme import theme
from shared.core.clock import ManualClock
from shared.core.ids import IdMaker
from tests.desks import plain_areas
from tests.serving import PASSWORD, running_server

FRESH = "three boats on the Volta"


@pytest.fixture
def keychain():
    return MemoryKeychain(is_lasting=True)


@pytest.fixture
def gate(tmp_path, keychain):
    clock = ManualClock()
    areas = (*plain_areas(), StoreArea())
    made = Gate(
        tmp_path / "stores",
        areas,
        clock,
        IdMaker(clock),
        lambda _seconds: True,
        open_secrets=lambda: keychain,
        scrypt_n=2**4,
    )
    theme().apply(reduced_motion=True)
    yield made
    wait_for_background()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def windows(qtbot, gate):
    def make(server):
        window = SignInWindow()
        window.connect_to(gate, Preferences(Settings()), ServerDialog, server)
        qtbot.addWidget(window)
        window.show()
        return window

    return make


def address(url):
    return Server(url=url, organisation="km-media", name="KM Media")


def enter(window, qtbot, name, password):
    window.form.name.setText(name)
    window.form.password.setText(password)
    with qtbot.waitSignal(window.signed_in, timeout=20_000) as got:
        window.form.submit()
    return got.args[0]


def refused(window, qtbot, name, password):
    window.form.name.setText(name)
    window.form.password.setText(password)
    window.form.submit()
    qtbot.waitUntil(lambda: not window.form.button.busy, timeout=20_000)
    return window.form.name_field.error or window.form.password_field.error


def test_signing_in_working_and_sending(windows, gate, sqlite_server, qtbot):
    sqlite_server.add_person("grace")
    with running_server(sqlite_server.settings, sqlite_server.app) as url:
        window = windows(address(url))
        qtbot.waitUntil(lambda: window.state.text().startswith("Connected to"), timeout=10_000)
        assert window.picture.accessibleName() == "KM Media Training Institute"
        signed_in = enter(window, qtbot, "grace", PASSWORD)
        assert signed_in.online
        engine = SyncEngine(signed_in.store, signed_in.client, gate.clock, signed_in.actor)
        engine.run_once()
        signed_in.close()
    window = windows(address(url))
    offline = enter(window, qtbot, "grace", PASSWORD)
    assert not offline.online
    person = gate.ids()
    offline.store.commit([Ask("AddPerson", person, {"given_name": "Ama", "roles": ["student"]})])
    engine = SyncEngine(offline.store, offline.client, gate.clock, offline.actor)
    assert engine.run_once().phase is Phase.OFFLINE
    port = int(url.rpartition(":")[2])
    with running_server(sqlite_server.settings.model_copy(update={"port": port}), sqlite_server.app):
        state = engine.run_once()
        assert (state.phase, state.waiting) == (Phase.IDLE, 0)
        assert offline.store.receipt()[0].verdict == "applied"
    offline.close()


def test_a_wrong_password_is_said_under_the_field_and_the_name_stays(windows, sqlite_server, qtbot):
    sqlite_server.add_person("grace")
    with running_server(sqlite_server.settings, sqlite_server.app) as url:
        window = windows(address(url))
        assert refused(window, qtbot, "grace", "not this one")
        assert window.form.name.text() == "grace"
        assert window.form.password.selectedText()
        assert window.form.password_field.error


def test_the_first_sign_in_needs_the_network(windows, qtbot):
    window = windows(address("http://127.0.0.1:9"))
    qtbot.waitUntil(lambda: window.state.text().startswith("No network"), timeout=10_000)
    assert "needs the network" in refused(window, qtbot, "grace", PASSWORD)


def test_wrong_passwords_without_a_network_wait_and_lock(windows, gate, sqlite_server, qtbot):
    sqlite_server.add_person("grace")
    with running_server(sqlite_server.settings, sqlite_server.app) as url:
        enter(windows(address(url)), qtbot, "grace", PASSWORD).close()
    window = windows(address(url))
    said = []
    for _ in range(10):
        said.append(refused(window, qtbot, "grace", "wrong"))
        gate.clock.advance(3_601)
    assert "tries" in said[0]
    assert refused(window, qtbot, "grace", PASSWORD) == said[-1]
    assert "network" in said[-1]


def test_a_temporary_password_is_changed_before_anything_else(windows, sqlite_server, qtbot):
    person = sqlite_server.add_person("grace")
    sqlite_server.set_password(person, temporary_for=timedelta(days=3))
    with running_server(sqlite_server.settings, sqlite_server.app) as url:
        window = windows(address(url))
        window.form.name.setText("grace")
        window.form.password.setText(PASSWORD)
        window.form.submit()
        qtbot.waitUntil(lambda: window.steps.currentIndex() == 1, timeout=20_000)
        window.new_password.first.setText("short")
        window.new_password.submit()
        assert window.new_password.first_field.error == "Add characters until there are 12."
        window.new_password.first.setText(FRESH)
        window.new_password.second.setText(FRESH + "s")
        window.new_password.submit()
        assert window.new_password.second_field.error
        window.new_password.second.setText(FRESH)
        with qtbot.waitSignal(window.signed_in, timeout=20_000) as got:
            window.new_password.submit()
        assert not got.args[0].must_change_password
        got.args[0].close()
    window = windows(address(url))
    assert not enter(window, qtbot, "grace", FRESH).online


def test_the_server_is_chosen_with_its_institute(windows, sqlite_server, qtbot):
    with running_server(sqlite_server.settings, sqlite_server.app) as url:
        window = windows(None)
        window.open_server_dialog()
        dialog = Dialog.opened_in(window)
        dialog.address.setText(url)
        dialog.button.click()
        qtbot.waitUntil(dialog.slug.isVisible, timeout=10_000)
        dialog.slug.setText("nobody")
        dialog.button.click()
        qtbot.waitUntil(lambda: bool(dialog.slug_field.error), timeout=10_000)
        dialog.slug.setText(" KM-Media ")
        dialog.button.click()
        qtbot.waitUntil(lambda: window.server is not None, timeout=10_000)
        assert (window.server.organisation, window.server.name) == ("km-media", "KM Media Training Institute")
        assert window.preferences.settings.last_server == url


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter the address of the server."),
        (
            "http://office.example",
            "Passwords and marks only travel encrypted. Write https:// before office.example.",
        ),
        ("https://", "https:// is no server's address. Write it like https://office.example.org:8443."),
    ],
)
def test_an_address_that_cannot_be_used_is_said_in_a_sentence(windows, qtbot, typed, words):
    window = windows(None)
    window.open_server_dialog()
    dialog = Dialog.opened_in(window)
    dialog.address.setText(typed)
    dialog.button.click()
    qtbot.waitUntil(lambda: bool(dialog.address_field.error), timeout=10_000)
    assert dialog.address_field.error == words


def test_empty_fields_are_asked_for(windows, qtbot):
    window = windows(address("http://127.0.0.1:9"))
    window.form.name.clear()
    window.form.submit()
    assert window.form.name_field.error == "Enter your username, email or number."
    window.form.name.setText("grace")
    window.form.submit()
    assert window.form.password_field.error == "Enter your password."
