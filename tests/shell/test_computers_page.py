"""The attendant's page of computers, the set-up that it shows, and the rounds that keep it true."""

from datetime import UTC, datetime, timedelta

import pytest
import zxingcpp
from PySide6.QtGui import QGuiApplication, QImage

from desktop import app
from desktop.core.lab_machine import BroughtIn, LabMachine
from desktop.core.set_up import SetUp, make_set_up
from desktop.core.settings import Server, Settings
from desktop.shell.computer_columns import clock_cell, contact_cell, disk_cell, people_words, summary, unsent_cell
from desktop.shell.computers_page import ComputersPage
from desktop.shell.lab_rounds import LabRounds, machine_of
from desktop.shell.page import toasts_of
from desktop.shell.preferences import Preferences
from desktop.shell.program import Folders, Plan, Program, make_plan
from desktop.shell.server_contact import Contact, meet
from desktop.shell.set_up_dialog import SetUpDialog, groups_of
from desktop.shell.sign_in_window import SignInWindow
from desktop.shell.unattended import Unattended, is_done
from desktop.widgets.background import wait_for_background
from shared.core.errors import CampusError
from tests.serving import PASSWORD, running_server
from tests.shell.test_starting import OFFICE, PIN, gate_with

NOW = datetime(2026, 11, 20, 13, 5, tzinfo=UTC)
OFFICE_SERVER = Server(url="https://192.0.2.2:8620", organisation="km-media", pin=PIN, certificate="x")


def computer(**more):
    usual = {
        "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb2f", "name": "LAB-07", "version": "0.1.0", "disk_free": 41_200_000_000,
        "disk_size": 256_000_000_000, "clock_off": 0, "unsent": 0, "people": [],
        "last_contact_at": "2026-11-20T13:00:00.000Z",
    }  # fmt: skip
    return usual | more


def test_cells_say_what_matters():
    assert unsent_cell(computer()).text == "None"
    assert (unsent_cell(computer(unsent=3)).text, unsent_cell(computer(unsent=3)).tone) == ("3 changes", "warn")
    assert disk_cell(computer()).text == "41 of 256 GB"
    assert disk_cell(computer(disk_free=1_500_000_000)).tone == "bad"
    assert disk_cell(computer(disk_free=None)).text == "Unknown"
    assert clock_cell(computer(clock_off=90_000)).text == "Right"
    assert clock_cell(computer(clock_off=-600_000)).text == "10 min behind"
    assert clock_cell(computer(clock_off=86_400_000)).text == "24 h ahead"
    assert contact_cell(computer(), NOW, UTC).text == "today 13:00"
    assert contact_cell(computer(last_contact_at="2026-11-10T13:00:00.000Z"), NOW, UTC).tone == "warn"
    people = [{"name": name, "unsent": n} for name, n in (("Ama", 2), ("Kofi", 1), ("", 1), ("Esi", 0))]
    assert people_words(computer(people=people)) == "Ama 2, Kofi 1, 1 more"
    assert people_words(computer(people=[{"name": "", "unsent": 1}])) == "someone 1"
    assert summary([computer(), computer(unsent=1)]) == "2 computers, 1 with unsent work"


@pytest.fixture
def lab(tmp_path, clock, sqlite_server, qtbot):
    """A registrar signed in by a program with a real server; gives (program, server)."""
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
        yield program, sqlite_server
        wait_for_background()
        program.main_window.close()
        program.close()


def test_this_computer_is_on_the_list_once_it_made_its_round(lab, qtbot):
    program, _server = lab
    program.rounds.run()
    main = program.main_window
    qtbot.waitUntil(lambda: not program.rounds._running, timeout=20_000)
    main.open_page("shell.computers")
    page = main.page
    assert isinstance(page, ComputersPage)
    qtbot.waitUntil(lambda: page.table.record_model.rowCount() == 1, timeout=20_000)
    assert page.head.subtitle.text() == "1 computer, 0 with unsent work"
    page.send()
    qtbot.waitUntil(page.send_button.isEnabled, timeout=20_000)
    page.show_data([])
    assert page.nothing.isVisible()


def test_work_goes_to_a_stick_and_comes_back_once(lab, qtbot, tmp_path):
    program, _server = lab
    program.rounds.stop()
    place = program.workplace
    place.runner.stop()
    main = program.main_window
    main.open_page("shell.computers")
    page = main.page
    stick = tmp_path / "work.campuswork"
    page.take_off(stick)
    qtbot.waitUntil(page.off_button.isEnabled, timeout=20_000)
    assert not stick.exists()
    assert "No unsent work" in toasts_of(page).toasts[-1].words
    page.bring_in(tmp_path / "photo.jpg")
    qtbot.waitUntil(page.in_button.isEnabled, timeout=20_000)
    for told, said in (
        (BroughtIn(new=1, changes=4), "4 changes are on the server now"),
        (BroughtIn(known=1), "already"),
        (BroughtIn(held=2), "2 people waits for the office"),
    ):
        page._brought_in(told)
        assert said in toasts_of(page).toasts[-1].words


def test_without_a_server_the_page_says_so(office, qtbot):
    page = ComputersPage(office.desk)
    qtbot.addWidget(page)
    page.show()
    assert page.away.isVisible()
    assert not page.send_button.isEnabled()
    page.open_set_up()
    page.send()


def _read_code(widget):
    grey = widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    view, line = memoryview(grey.constBits()).cast("B"), grey.bytesPerLine()
    packed = b"".join(bytes(view[at * line : at * line + grey.width()]) for at in range(grey.height()))
    found = zxingcpp.read_barcodes(memoryview(packed).cast("B", shape=[grey.height(), grey.width()]))
    return [one.text for one in found]


def test_the_office_screen_shows_a_code_that_sets_a_computer_up(qtbot, monkeypatch):
    window = SignInWindow()
    qtbot.addWidget(window)
    window.show()
    dialog = SetUpDialog(window, OFFICE_SERVER)
    dialog.open_dialog()
    assert _read_code(dialog.qr) == [dialog.code]
    monkeypatch.setattr("desktop.shell.server_contact.first_contact", lambda _url: OFFICE)
    met = meet(_read_code(dialog.qr)[0])
    assert (met.url, met.compared, met.institute) == (OFFICE_SERVER.url, True, "km-media")
    assert groups_of(PIN).splitlines()[0].startswith("3F9A 11C0 ")
    dialog.copy_command.click()
    assert QGuiApplication.clipboard().text() == dialog.command
    assert dialog.command.split()[1:] == [
        "--server",
        OFFICE_SERVER.url,
        "--fingerprint",
        PIN.upper(),
        "--institute",
        "km-media",
    ]
    dialog.copy_file.click()
    assert QGuiApplication.clipboard().text() == dialog.file
    QGuiApplication.clipboard().clear()
    plain = SetUpDialog(window, Server(url="http://127.0.0.1:1", organisation=""))
    assert plain.command == "campusdesk --server http://127.0.0.1:1"


def _unattended(qtbot, tmp_path, clock, wanted, **more):
    window = SignInWindow()
    qtbot.addWidget(window)
    gate = gate_with(tmp_path, clock, **more)
    preferences = Preferences(Settings(), tmp_path)
    window.connect_to(gate, preferences, lambda *_rest: None)
    made = Unattended(wanted, gate, preferences, window)
    return made, window, preferences


def test_a_computer_sets_itself_up_and_pins_the_server(qtbot, tmp_path, clock, monkeypatch):
    monkeypatch.setattr("desktop.shell.server_contact.institute", lambda _transport, _slug: "KM Media")
    wanted = make_set_up(OFFICE_SERVER.url, PIN, "km-media", "LAB-07")
    contact = Contact(OFFICE_SERVER.url, OFFICE, compared=True, institute="km-media")
    codes = []
    made, window, preferences = _unattended(
        qtbot, tmp_path, clock, wanted, meet=lambda typed: codes.append(typed) or contact,
        make_transport=lambda _server: None,
    )  # fmt: skip
    window.look = lambda: None
    made.start()
    qtbot.waitUntil(lambda: window.server is not None)
    kept = preferences.settings.server(OFFICE_SERVER.url, "km-media")
    assert (kept.pin, kept.name, preferences.settings.device_name) == (PIN, "KM Media", "LAB-07")
    assert codes == [wanted.code]
    assert is_done(preferences.settings, wanted)
    assert not is_done(preferences.settings, make_set_up(OFFICE_SERVER.url, "0" * 64, "km-media"))
    assert not is_done(Settings(), wanted)


@pytest.mark.parametrize(("code", "again"), [("fingerprint_differs", False), ("offline", True)])
def test_another_certificate_ends_it_and_no_network_does_not(qtbot, tmp_path, clock, code, again):
    def refuse(_typed):
        raise CampusError(code, f"That is {code}.")

    made, window, preferences = _unattended(
        qtbot, tmp_path, clock, make_set_up(OFFICE_SERVER.url, PIN, "km-media"), meet=refuse
    )
    made.start()
    qtbot.waitUntil(lambda: window.state.text() == f"That is {code}.")
    assert made._again.isActive() is again
    assert preferences.settings.servers == ()


def test_a_server_that_shows_no_certificate_isnt_taken_for_one_with_a_fingerprint(tmp_path, clock):
    gate = gate_with(tmp_path, clock, meet=lambda _typed: Contact(OFFICE_SERVER.url))
    with pytest.raises(CampusError) as told:
        gate.set_up(SetUp(OFFICE_SERVER.url, PIN))
    assert told.value.code == "fingerprint_differs"


def _started(tmp_path, clock, plan):
    program = Program(plan, Preferences(Settings(), tmp_path), gate_with(tmp_path, clock))
    program.start()
    return program


def test_a_set_up_that_cant_be_used_is_said_on_the_screen(tmp_path, clock, monkeypatch):
    monkeypatch.setattr("desktop.core.set_up.places", lambda: (tmp_path / "setup.toml",))
    (tmp_path / "setup.toml").write_text("server = 3", encoding="utf-8")
    plan = make_plan((), {}, ())
    assert isinstance(plan.set_up, CampusError)
    program = _started(tmp_path, clock, plan)
    assert program.sign_in_window.state.text() == plan.set_up.message
    program.sign_in_window.close()
    program.close()


def test_the_command_line_counts_before_the_file_and_a_folder_of_ones_own_before_both(tmp_path, monkeypatch):
    monkeypatch.setattr("desktop.core.set_up.places", lambda: (tmp_path / "setup.toml",))
    text = f'server = "{OFFICE_SERVER.url}"\nfingerprint = "{PIN}"\n'
    (tmp_path / "setup.toml").write_text(text, encoding="utf-8")
    assert make_plan((), {}, ()).set_up == make_set_up(OFFICE_SERVER.url, PIN)
    told = make_plan((), {}, (), address="https://192.0.2.9:8620", fingerprint="0" * 64, institute="osu").set_up
    assert told == make_set_up("https://192.0.2.9:8620", "0" * 64, "osu")
    assert make_plan((), {}, (), address="https://192.0.2.9:8620").set_up is None
    assert make_plan((), {}, (), profile=tmp_path).set_up is None
    assert make_plan((), {}, (), demo=True).set_up is None
    options = app.parser().parse_args(["--server", OFFICE_SERVER.url, "--fingerprint", PIN, "--institute", "km-media"])
    assert app.plan_of(options).set_up == make_set_up(OFFICE_SERVER.url, PIN, "km-media")


def test_rounds_wait_for_a_server_and_outlive_a_failure(qtbot, tmp_path, clock):
    rounds = LabRounds()
    rounds.at_sign_in(lambda: None)
    rounds.run()
    assert not rounds._running
    gate = gate_with(tmp_path, clock)
    machine = machine_of(gate, OFFICE_SERVER)
    assert isinstance(machine, LabMachine)

    class Away:
        def __getattr__(self, _name):
            raise CampusError("offline", "No network.")

    rounds._client = lambda _machine: Away()
    rounds.at_sign_in(lambda: machine)
    rounds.run()
    qtbot.waitUntil(lambda: not rounds._running)
    rounds.stop()
    assert timedelta(minutes=10) > timedelta(0)
