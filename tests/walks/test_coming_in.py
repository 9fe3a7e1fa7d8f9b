"""People come in at a real server from the sign-in window: new passwords, invitations, registrations, the browser."""

import threading

import pytest
import requests
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QGuiApplication

from desktop.core.area import StoreArea
from desktop.core.keychain import MemoryKeychain
from desktop.core.settings import Server, Settings
from desktop.people.identities_card import IdentitiesCard
from desktop.people.password_card import PasswordCard
from desktop.shell.entry_forms import ForgottenForm, FoundForm, InvitationForm, RegisterForm, ResetForm, VerifyForm
from desktop.shell.entry_guide import EntryGuide
from desktop.shell.gate import Gate
from desktop.shell.preferences import Preferences
from desktop.shell.server_dialog import ServerDialog
from desktop.shell.sign_in_window import SignInWindow
from desktop.shell.workplace import make_workplace
from desktop.widgets.background import wait_for_background
from desktop.widgets.theme import theme
from shared.core.ids import IdMaker
from tests.desks import plain_areas
from tests.loopback import listens
from tests.people.letter_box import box_for
from tests.providers.openid import CLIENT_ID, SECRET, open_id_provider
from tests.serving import PASSWORD, TestServer, running_server, server_settings

NEW = "three boats on the Volta"
SOON = 20_000


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A server with an administrator, registration on, and a provider: (server, box, address, provider)."""
    server = TestServer(server_settings(tmp_path_factory.mktemp("server"), identity_hosts=("127.0.0.1",),
                                        organisation_registration=True))  # fmt: skip
    box = box_for(server)
    server.add_person("boss")
    server.add_person("ama", ("student",), email="ama@km.example")
    boss = server.sign_in("boss").data["access_token"]
    server.ask("PUT", "/api/v1/users/registrations/policy", {"registration": "on"}, boss)
    with open_id_provider(server.clock.now) as provider, running_server(server.settings, server.app) as url:
        body = {"name": "Google", "issuer": provider.issuer, "client_id": CLIENT_ID, "client_secret": SECRET,
                "link_by_email": True}  # fmt: skip
        put = server.ask("PUT", f"/api/v1/organisations/identity-providers/{server.new_id()}", body, boss)
        assert put.status == 200, put.body
        yield server, box, url, provider
    server.close()


@pytest.fixture
def window(qtbot, tmp_path, place):
    server, _, url, _ = place
    clock = server.clock
    keychain = MemoryKeychain(is_lasting=True)
    gate = Gate(tmp_path / "stores", (*plain_areas(), StoreArea()), clock, IdMaker(clock), lambda _seconds: True,
                open_secrets=lambda: keychain, scrypt_n=2**4)  # fmt: skip
    theme().apply(reduced_motion=True)
    made = SignInWindow()
    EntryGuide(made)
    made.connect_to(gate, Preferences(Settings()), ServerDialog, Server(url=url, organisation="km-media", name="KM"))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.state.text().startswith("Connected"), timeout=SOON)
    yield made
    wait_for_background()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def form(window, kind):
    return window.entry.steps._form(kind)


def on_show(window, kind):
    shown = window.steps.currentWidget()
    return form(window, kind) in shown.findChildren(kind)


def fill(made, **values):
    for name, value in values.items():
        made.line(name).setText(value)
    made.submit()


def enter(window, qtbot, password):
    window.form.password.setText(password)
    with qtbot.waitSignal(window.signed_in, timeout=SOON) as got:
        window.form.submit()
    return got.args[0]


def test_the_window_offers_what_the_institute_offers(window):
    assert window.form.register.isVisible()
    buttons = window.form.providers.findChildren(type(window.form.button))
    assert [button.text() for button in buttons] == ["Sign in with Google"]


def test_a_forgotten_password_is_replaced_and_opens_the_store(window, place, qtbot):
    server, box, *_ = place
    server.add_person("kofi", ("student",), email="kofi@km.example")
    window.form.name.setText("kofi")
    window.form.forgot.click()
    made = form(window, ForgottenForm)
    assert made.line("name").text() == "kofi"
    made.submit()
    qtbot.waitUntil(lambda: on_show(window, ResetForm), timeout=SOON)
    reset = form(window, ResetForm)
    qtbot.waitUntil(lambda: bool(box.of("reset_password")), timeout=SOON)
    fill(reset, code="wrong-code", new=NEW)
    qtbot.waitUntil(lambda: bool(reset.fields["code"].error), timeout=SOON)
    fill(reset, code=box.code("reset_password"), new="password1234")
    qtbot.waitUntil(lambda: bool(reset.fields["new"].error), timeout=SOON)
    fill(reset, new=NEW)
    qtbot.waitUntil(lambda: window.steps.currentIndex() == 0, timeout=SOON)
    assert window.form.name.text() == "kofi"
    assert "Your password is changed" in window.toasts.toasts[-1].words
    done = enter(window, qtbot, NEW)
    assert done.actor.name == "Kofi"
    done.close()


def test_an_invited_one_chooses_name_and_password(window, place, qtbot):
    server, box, *_ = place
    boss = server.sign_in("boss").data["access_token"]
    wanted = {"email": "esi.owusu@km.example", "given_name": "Esi", "family_name": "Owusu", "roles": ["instructor"]}
    server.post("/api/v1/users/invitations", wanted, boss)
    window.form.invited.click()
    made = form(window, InvitationForm)
    assert not made.fields["new"].isVisibleTo(made)
    made.submit()
    assert made.fields["code"].error
    fill(made, code=box.code("invitation"))
    qtbot.waitUntil(lambda: made.title.text() == "Welcome, Esi Owusu", timeout=SOON)
    assert made.line("username").text() == "esi.owusu"
    fill(made, new=NEW)
    qtbot.waitUntil(lambda: window.steps.currentIndex() == 0, timeout=SOON)
    done = enter(window, qtbot, NEW)
    assert done.actor.roles == ("instructor",)
    done.close()


def test_a_student_registers_and_comes_in(window, place, qtbot):
    _, box, *_ = place
    window.form.register.click()
    made = form(window, RegisterForm)
    made.submit()
    assert {name for name, field in made.fields.items() if field.error} == {
        "given_name", "family_name", "email", "username", "password"
    }  # fmt: skip
    for name, value in {"given_name": "Efua", "family_name": "Addo", "email": "efua@km.example"}.items():
        made.line(name).setText(value)
    made.line("username").setText("boss")
    made.line("username").editingFinished.emit()
    qtbot.waitUntil(lambda: "taken" in made.fields["username"].error, timeout=SOON)
    made.line("username").setText("efua.addo")
    made.study_time.choose("evening")
    made.line("interests").setText("sound, editing, ,")
    made.line("code").setText("radio")
    made.line("code").editingFinished.emit()
    qtbot.waitUntil(lambda: made.fields["code"].error.startswith("There is no such code"), timeout=SOON)
    fill(made, password=NEW)
    qtbot.waitUntil(lambda: on_show(window, VerifyForm), timeout=SOON)
    verify = form(window, VerifyForm)
    assert "efua@km.example" in verify.words.text()
    fill(verify, code="wrong")
    qtbot.waitUntil(lambda: bool(verify.fields["code"].error), timeout=SOON)
    verify.resend.click()
    qtbot.waitUntil(lambda: "on its way" in verify.words.text(), timeout=SOON)
    fill(verify, code=box.code("verify_email"))
    qtbot.waitUntil(lambda: window.steps.currentIndex() == 0, timeout=SOON)
    done = enter(window, qtbot, NEW)
    assert done.actor.roles == ("student",)
    done.close()


def test_an_institute_registers_and_its_administrator_comes_in(window, place, qtbot):
    box = place[1]
    window.form.found.click()
    made = form(window, FoundForm)
    made.submit()
    assert all(field.error for field in made.fields.values())
    values = {"institute": "Volta College", "slug": "km-media", "given_name": "Akua", "family_name": "Boahen",
              "email": "akua@volta.example", "username": "akua", "password": NEW}  # fmt: skip
    fill(made, **values)
    qtbot.waitUntil(lambda: bool(made.fields["slug"].error), timeout=SOON)
    fill(made, slug="volta")
    qtbot.waitUntil(lambda: on_show(window, VerifyForm), timeout=SOON)
    assert window.server.organisation == "volta"
    fill(form(window, VerifyForm), code=box.code("verify_email"))
    qtbot.waitUntil(lambda: window.steps.currentIndex() == 0, timeout=SOON)
    assert window.form.name.text() == "akua"
    done = enter(window, qtbot, NEW)
    assert done.actor.roles == ("administrator",)
    done.close()


def browse(provider):
    """A browser that agrees to everything and goes where it is sent."""

    def go(address):
        back = provider.come_back(address)
        threading.Thread(target=lambda: requests.get(back, timeout=60), daemon=True).start()

    return go


def test_the_browser_lets_in_and_leaves_the_stores_password(window, place, qtbot):
    provider = place[3]
    window.form.name.setText("ama")
    first = enter(window, qtbot, PASSWORD)
    first.close()
    window.entry.steps._open_browser = browse(provider)
    with qtbot.waitSignal(window.signed_in, timeout=SOON) as got:
        window.form.providers.findChildren(type(window.form.button))[0].click()
    done = got.args[0]
    assert (done.actor.name, done.online) == ("Ama", True)
    assert done.profile.device_id == first.profile.device_id, "it is the store that was here"
    done.close()
    gate = window.gate
    offline = gate.desk().sign_in_offline(window.server, "ama", PASSWORD)
    assert offline.actor.name == "Ama"
    offline.close()


def test_a_browser_that_is_given_up_leaves_no_trace(window, place, qtbot):
    window.entry.steps._open_browser = lambda _address: None
    window.form.providers.findChildren(type(window.form.button))[0].click()
    qtbot.waitUntil(lambda: window.steps.currentIndex() != 0, timeout=SOON)
    (waiting,) = window.entry.steps._browser._held
    window.steps.currentWidget().findChildren(type(window.form.button))[-1].click()
    assert window.steps.currentIndex() == 0
    wait_for_background()
    QCoreApplication.processEvents()
    assert not listens(waiting.port)
    assert window.form.password_field.error == ""


# ---------------------------------------------------------------------------------------------------- one's own account


@pytest.fixture
def workplaces(window):
    """`workplaces(signed_in)` opens a desk; closed at the end."""
    opened = []

    def make(signed_in):
        made = make_workplace(signed_in, window.gate.clock, window.gate.ids, Settings())
        opened.append(made)
        return made

    yield make
    for made in opened:
        made.close()


def test_ones_own_password_is_changed_and_opens_the_store(window, place, qtbot, workplaces):
    server = place[0]
    server.add_person("grace", ("student",), email="grace@km.example")
    elsewhere = server.sign_in("grace").data["access_token"]
    window.form.name.setText("grace")
    place_of = workplaces(enter(window, qtbot, PASSWORD))
    card = PasswordCard(place_of.desk)
    qtbot.addWidget(card)
    card.resize(600, 400)
    card.show()
    assert not card.new_field.isVisible()
    card.open_button.click()
    card.submit()
    assert card.present_field.error
    card.present.setText("not this one")
    card.new.setText(NEW)
    card.submit()
    assert card.again_field.error
    card.again.setText(NEW)
    card.submit()
    qtbot.waitUntil(lambda: bool(card.present_field.error), timeout=SOON)
    card.present.setText(PASSWORD)
    for line in (card.new, card.again):
        line.setText("grace-grace-2026")
    card.submit()
    qtbot.waitUntil(lambda: bool(card.new_field.error), timeout=SOON)
    for line in (card.new, card.again):
        line.setText(NEW)
    assert card.strength.word.text() == "Strong"
    card.submit()
    qtbot.waitUntil(card.open_button.isVisible, timeout=SOON)
    assert place_of.desk.check_password(NEW)
    assert not place_of.desk.check_password(PASSWORD)
    assert server.get("/api/v1/auth/me", elsewhere).code == "signed_out"
    assert place[1].last("password_changed").values["device"] == "Desktop"


def test_other_sign_ins_stay_where_the_person_says_so(window, place, qtbot, workplaces):
    server = place[0]
    server.add_person("abena", ("student",))
    elsewhere = server.sign_in("abena").data["access_token"]
    window.form.name.setText("abena")
    desk = workplaces(enter(window, qtbot, PASSWORD)).desk
    desk.change_password(PASSWORD, NEW, False)
    assert server.get("/api/v1/auth/me", elsewhere).status == 200


def test_an_identity_is_linked_and_unlinked_on_the_account_page(window, place, qtbot, workplaces):
    server, _, _, provider = place
    server.add_person("yaw", ("instructor",))
    provider.person = {**provider.person, "sub": "google-yaw", "email": "yaw@elsewhere.example"}
    window.form.name.setText("yaw")
    desk = workplaces(enter(window, qtbot, PASSWORD)).desk
    card = IdentitiesCard(desk, open_browser=browse(provider))
    qtbot.addWidget(card)
    card.resize(600, 300)
    card.show()
    qtbot.waitUntil(lambda: bool(card.link_buttons), timeout=SOON)
    next(iter(card.link_buttons.values())).click()
    qtbot.waitUntil(lambda: card.lines.count() == 1, timeout=SOON)
    assert not card.link_buttons
    card.lines.itemAt(0).widget().findChildren(type(window.form.button))[-1].click()
    qtbot.waitUntil(lambda: card.lines.count() == 0 and bool(card.link_buttons), timeout=SOON)


def test_another_try_to_link_ends_the_first_and_goes_on(window, place, qtbot, workplaces):
    server, _, _, provider = place
    server.add_person("kojo", ("instructor",))
    provider.person = {**provider.person, "sub": "google-kojo", "email": "kojo@elsewhere.example"}
    window.form.name.setText("kojo")
    asked = []
    card = IdentitiesCard(workplaces(enter(window, qtbot, PASSWORD)).desk, open_browser=asked.append)
    qtbot.addWidget(card)
    card.resize(600, 300)
    card.show()
    qtbot.waitUntil(lambda: bool(card.link_buttons), timeout=SOON)
    button = next(iter(card.link_buttons.values()))
    button.click()
    qtbot.waitUntil(lambda: len(asked) == 1, timeout=SOON)
    (first,) = card._browser._held
    button.click()
    qtbot.waitUntil(lambda: len(asked) == 2 and not listens(first.port), timeout=SOON)
    (second,) = card._browser._held
    assert listens(second.port)
    browse(provider)(asked[1])
    qtbot.waitUntil(lambda: card.lines.count() == 1, timeout=SOON)
    assert not listens(second.port)


def test_a_password_can_be_pasted(window, qtbot):
    QGuiApplication.clipboard().setText("from a password manager")
    window.entry.lead("forgotten")
    reset = form(window, ResetForm)
    for field in (window.form.password, reset.line("new"), form(window, RegisterForm).line("password")):
        field.clear()
        field.paste()
        assert field.text() == "from a password manager"
