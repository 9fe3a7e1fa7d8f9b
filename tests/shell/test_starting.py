"""Starting: the first look, the command line, meeting a server, and the way from sign-in to the window and back."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from desktop import app
from desktop.core.certificates import OfficeCertificate
from desktop.core.keychain import MemoryKeychain
from desktop.core.settings import Server, Settings
from desktop.shell import embedded_server, server_contact
from desktop.shell.embedded_server import EmbeddedServer
from desktop.shell.first_look import FirstLook
from desktop.shell.gate import Gate
from desktop.shell.page import toasts_of
from desktop.shell.preferences import Preferences
from desktop.shell.program import Folders, Plan, Program
from desktop.shell.server_contact import Contact, SamplePerson, meet
from desktop.shell.server_dialog import ServerDialog
from desktop.shell.sign_in_window import SignInWindow
from desktop.widgets.background import wait_for_background
from desktop.widgets.dialog import Dialog
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.core.ids import IdMaker
from tests.desks import plain_areas
from tests.serving import PASSWORD, running_server

PIN = "3f9a11c0" * 8
OFFICE = OfficeCertificate("-----BEGIN CERTIFICATE-----", PIN)


def test_the_first_window_loads_nothing_that_only_the_network_needs():
    heavy = "{'pydantic', 'requests', 'cryptography', 'sqlcipher3'}"
    code = f"import sys, desktop.app; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(app.__file__).parents[1]
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("told", [b"", b"{", b"[]", b'{"theme": "pink", "text_size": "big", "servers": 3}'])
def test_settings_that_cannot_be_read_look_as_the_system_does(tmp_path, told):
    (tmp_path / "settings.json").write_bytes(told)
    assert FirstLook.read(tmp_path) == FirstLook()
    assert FirstLook.read(tmp_path / "nowhere") == FirstLook()


def test_the_first_look_is_the_one_that_was_kept(tmp_path, look):
    server = Server(url="https://a", organisation="osu", name="Osu Institute")
    Preferences(Settings(theme="dark", text_size=120, reduced_motion=True).with_server(server), tmp_path).change()
    preferences = Preferences(Settings(theme="dark", text_size=120, reduced_motion=True).with_server(server), tmp_path)
    preferences.change(language="en")
    first = FirstLook.read(tmp_path)
    assert first == FirstLook("dark", 120, None, True, "Osu Institute")
    first.apply()
    assert (theme().scheme, theme().scale) == ("dark", 120)
    assert FirstLook.read(tmp_path, "light").theme == "light"


def test_the_command_line():
    options = app.parser().parse_args(["--server", "https://a/", "--demo", "--profile", "x", "--theme", "dark"])
    plan = app.plan_of(options)
    assert (plan.server.url, plan.demo, plan.folders.stores) == ("https://a", True, Path("x"))
    assert plan.folders.sample.name == "sample"
    with pytest.raises(SystemExit):
        app.parser().parse_args(["--theme", "pink"])


def test_every_kind_that_opens_has_its_page():
    plan = app.plan_of(app.parser().parse_args([]))
    pages = {page for area in plan.areas for page in area.pages}
    assert set(plan.opens.values()) <= pages
    assert {name for name, _ in plan.quick} <= {area.name for area in plan.areas}


# ---------------------------------------------------------------------------------------------------------- servers


def test_an_address_without_a_scheme_is_met_over_tls(monkeypatch):
    monkeypatch.setattr(server_contact, "first_contact", lambda url: OFFICE)
    contact = meet("office.example.org:8620")
    assert (contact.url, contact.compared) == ("https://office.example.org:8620", False)
    assert contact.groups[0] == "3F9A  11C0  3F9A  11C0"
    assert len(contact.groups) == 4
    assert contact.server("osu").pin == PIN


def test_the_words_of_the_code_compare_the_fingerprint_by_themselves(monkeypatch):
    monkeypatch.setattr(server_contact, "first_contact", lambda url: OFFICE)
    assert meet(f"campusdesk:https://office.example.org:8620?fingerprint={PIN.upper()}").compared
    with pytest.raises(CampusError) as refused:
        meet(f"campusdesk:https://office.example.org:8620?fingerprint={'0' * 64}")
    assert refused.value.code == "fingerprint_differs"


def gate_with(tmp_path, clock, **more):
    return Gate(
        tmp_path / "stores",
        plain_areas(),
        clock,
        IdMaker(clock),
        lambda _seconds: True,
        open_secrets=MemoryKeychain,
        scrypt_n=2**4,
        **more,
    )


@pytest.fixture
def sign_in_window(qtbot):
    made = SignInWindow()
    qtbot.addWidget(made)
    made.show()
    return made


def test_at_first_contact_two_people_compare_the_fingerprint(sign_in_window, tmp_path, clock, qtbot):
    gate = gate_with(tmp_path, clock, meet=lambda typed: Contact("https://office", OFFICE))
    dialog = ServerDialog(sign_in_window, gate, None)
    dialog.open_dialog()
    dialog.address.setText("https://office")
    dialog.button.click()
    qtbot.waitUntil(dialog.groups.isVisible)
    assert dialog.groups.text().splitlines()[0] == "3F9A  11C0  3F9A  11C0"
    assert dialog.button.text() == "They are the same"
    dialog.button.click()
    assert dialog.slug.isVisible()


def test_a_certificate_that_changed_is_a_hard_stop(sign_in_window, tmp_path, clock, qtbot):
    gate = gate_with(tmp_path, clock, meet=lambda typed: Contact("https://office", OFFICE))
    known = Server(url="https://office", organisation="osu", pin="0" * 64, certificate="x")
    dialog = ServerDialog(sign_in_window, gate, known, (known,))
    dialog.open_dialog()
    dialog.button.click()
    qtbot.waitUntil(lambda: bool(dialog.address_field.error))
    assert "another certificate than before" in dialog.address_field.error
    assert not dialog.slug.isVisible()


def test_what_is_asked_for_before_everything_is_loaded_is_done_then(sign_in_window, tmp_path, clock, qtbot):
    window = sign_in_window
    window.form.name.setText("grace")
    window.form.password.setText("x")
    window.form.submit()
    assert window.form.button.busy
    window.connect_to(gate_with(tmp_path, clock), Preferences(Settings()), ServerDialog, None)
    assert isinstance(Dialog.opened_in(window), ServerDialog)
    assert not window.form.button.busy


def test_the_theme_turns_before_anything_is_loaded_and_is_kept_afterwards(sign_in_window, tmp_path, clock):
    sign_in_window.turn_theme()
    assert theme().scheme == "dark"
    preferences = Preferences(Settings(), tmp_path / "settings")
    sign_in_window.connect_to(gate_with(tmp_path, clock), preferences, ServerDialog, None)
    assert preferences.settings.theme == "dark"


@pytest.mark.parametrize(
    ("typed", "name", "password"),
    [
        ("", "grace", "harmattan-morning"),
        ("ama", "ama", "harmattan-morning"),
        ("kofi", "kofi", ""),
    ],
)
def test_a_sample_fills_in_whoever_was_here_before_and_leaves_others_alone(sign_in_window, typed, name, password):
    people = [SamplePerson("sample", one, "registrar", one, "harmattan-morning") for one in ("grace", "ama")]
    sign_in_window.form.name.setText(typed)
    sign_in_window.form.offer(people, {})
    assert (sign_in_window.form.name.text(), sign_in_window.form.password.text()) == (name, password)


def test_a_sample_offers_its_people_by_role(sign_in_window):
    people = [
        SamplePerson("sample", "Grace Quartey", "registrar", "grace", "harmattan-morning"),
        SamplePerson("sample", "Ama Owusu", "instructor", "ama", "harmattan-morning"),
    ]
    form = sign_in_window.form
    form.offer(people, {"registrar": "Registrar"})
    assert [form.samples.itemText(at) for at in (1, 2)] == ["Registrar · Grace Quartey", "instructor · Ama Owusu"]
    assert form.name.text() == "grace"
    form.samples.choose("ama")
    form.samples.activated.emit(2)
    assert (form.name.text(), form.password.text()) == ("ama", "harmattan-morning")


# ---------------------------------------------------------------------------------------------------------- sample


def script(folder, body):
    path = folder / "server.py"
    path.write_text(body, encoding="utf-8")
    return [sys.executable, str(path)]


def test_the_embedded_server_is_ready_when_it_says_so_and_ends_with_us(tmp_path, monkeypatch):
    told = json.dumps({"ready": True, "address": "http://127.0.0.1:9"})
    words = f"import sys\nprint('warming up')\nprint({told!r}, flush=True)\n"
    monkeypatch.setattr(
        embedded_server,
        "_server_command",
        lambda: script(tmp_path, words + "sys.stdin.read()\nimport threading; threading.Event().wait()"),
    )
    server = EmbeddedServer(tmp_path / "sample")
    assert server.start().url == "http://127.0.0.1:9"
    assert json.loads((tmp_path / "sample" / "running.json").read_text())["address"] == "http://127.0.0.1:9"
    process = server._process
    server.stop()
    assert process.poll() is not None


def test_a_sample_that_does_not_start_says_where_the_reason_is(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded_server, "_server_command", lambda: script(tmp_path, "raise SystemExit('no disk')"))
    with pytest.raises(CampusError) as refused:
        EmbeddedServer(tmp_path / "sample").start()
    assert refused.value.code == "sample_not_started"
    assert "no disk" in (tmp_path / "sample" / "server.log").read_text()


# ---------------------------------------------------------------------------------------------------------- program


def test_from_sign_in_to_the_window_and_back(tmp_path, clock, sqlite_server, qtbot):
    sqlite_server.add_person("grace", ("registrar",))
    folders = Folders(tmp_path / "settings", tmp_path / "stores", tmp_path / "sample")
    with running_server(sqlite_server.settings, sqlite_server.app) as url:
        plan = Plan(folders, (), server=Server(url=url, organisation="km-media"), clock=clock)
        program = Program(plan, Preferences(Settings(), folders.settings), gate_with(tmp_path, clock))
        program.start()
        window = program.sign_in_window
        window.form.name.setText("grace")
        window.form.password.setText(PASSWORD)
        window.form.submit()
        qtbot.waitUntil(lambda: program.main_window is not None, timeout=20_000)
        main = program.main_window
        assert main.top.person.text() == "Grace"
        assert toasts_of(main.page) is main.toasts
        assert program.preferences.settings.last_server == url
        qtbot.waitUntil(lambda: main.sync.state.last_sync is not None, timeout=20_000)
        main.signed_out.emit()
        assert program.main_window is None
        assert program.sign_in_window.isVisible()
        assert program.workplace is None
        wait_for_background()
        QCoreApplication.processEvents()  # the store is closed once the server has been told
        program.sign_in_window.close()
        program.close()
