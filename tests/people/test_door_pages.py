"""My sign-ins, a person's sign-ins and computers, and the security log on screen, against a real server."""

import os
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from desktop.core.settings import Server, Settings
from desktop.people.area import area
from desktop.people.door_card import DoorCard
from desktop.people.person_doors_card import PersonDoorsCard
from desktop.people.security_page import SECURITY_PAGE, SecurityPage
from desktop.people.sign_ins_card import SignInsCard
from desktop.shell.lost_ask_dialog import LostAskDialog
from desktop.shell.preferences import Preferences
from desktop.shell.program import Folders, Plan, Program
from desktop.widgets.background import wait_for_background
from desktop.widgets.dialog import Dialog
from shared.core.clock import ManualClock
from tests.fixtures.windows import last_said
from tests.serving import PASSWORD, running_server
from tests.shell.test_starting import gate_with


@pytest.fixture
def clock() -> ManualClock:
    """A day in November, for both sides."""
    return ManualClock()


@pytest.fixture
def office(tmp_path: Path, clock: Any, sqlite_server: Any, qtbot: Any) -> Any:
    """An administrator signed in by a program with a real server; gives (program, server)."""
    sqlite_server.add_person("grace", ("administrator",), family_name="Ofori-Atta-Mensah of the Long Name")
    folders = Folders(tmp_path / "settings", tmp_path / "stores", tmp_path / "sample")
    with running_server(sqlite_server.settings, sqlite_server.app) as url:
        plan = Plan(folders, (area(),), server=Server(url=url, organisation="km-media"), clock=clock)
        program = Program(plan, Preferences(Settings(), folders.settings), gate_with(tmp_path, clock))
        program.start()
        window = program.sign_in_window
        assert window is not None
        window.form.name.setText("grace")
        window.form.password.setText(PASSWORD)
        window.form.submit()
        qtbot.waitUntil(lambda: program.main_window is not None, timeout=20_000)
        program.main_window.resize(1440, 900)
        yield program, sqlite_server
        wait_for_background()
        if program.main_window is not None:
            program.main_window.close()
        program.close()


def keep_picture(widget: Any, name: str) -> None:
    """Keep what is on screen where somebody wants to look at it."""
    folder = os.environ.get("CAMPUSDESK_TEST_PICTURES")
    if folder:
        for card in widget.findChildren(DoorCard):
            widget.page.ensureWidgetVisible(card) if hasattr(widget.page, "ensureWidgetVisible") else None
        QApplication.processEvents()
        widget.grab().save(str(Path(folder) / f"{name}.png"))


def test_one_ends_ones_own_other_sign_ins(office: Any, qtbot: Any) -> None:
    program, server = office
    for _ in range(2):
        server.sign_in("grace")
    program.main_window.open_page("people.account")
    card = program.main_window.page.findChild(SignInsCard)
    qtbot.waitUntil(lambda: card.lines.count() == 3, timeout=20_000)
    keep_picture(program.main_window, "my-sign-ins")
    card.end(next(one for one in server.get("/api/v1/auth/sign-ins", _token(server)).data if not one["here"]))
    qtbot.waitUntil(lambda: card.lines.count() == 3, timeout=20_000)
    card.end_others()
    qtbot.waitUntil(lambda: card.lines.count() == 1, timeout=20_000)
    assert "ended" in last_said(card)
    assert not card.others_button.isEnabled()


def _token(server: Any) -> str:
    return str(server.sign_in("grace").data["access_token"])


def test_the_office_ends_unlocks_and_marks_as_lost(office: Any, qtbot: Any) -> None:
    program, server = office
    ama = server.add_person("ama", ("registrar",))
    device = server.device()
    server.sign_in("ama", device)
    program.workplace.link.wake()
    store = program.workplace.desk.store
    qtbot.waitUntil(lambda: store.get("person", ama) is not None, timeout=20_000)
    program.main_window.open_page("people.person", ama)
    card = program.main_window.page.findChild(PersonDoorsCard)
    qtbot.waitUntil(lambda: card.lines.count() == 3, timeout=20_000)
    keep_picture(program.main_window, "person-doors")
    card.unlock()
    qtbot.waitUntil(lambda: "Nobody was locked out" in last_said(card), timeout=20_000)
    card.ask_lost({"id": device.id, "name": "Front desk", "computer_name": None})
    dialog = program.main_window.findChild(LostAskDialog)
    dialog.mark()
    assert dialog.field.error
    dialog.reason.setText("Left in a taxi")
    keep_picture(program.main_window, "mark-lost")
    dialog.mark()
    qtbot.waitUntil(lambda: "marked as lost" in last_said(card), timeout=20_000)
    qtbot.waitUntil(lambda: server.sign_in("ama", device).code == "device_lost", timeout=20_000)
    card.undo_lost({"id": device.id, "name": "Front desk", "computer_name": None})
    qtbot.waitUntil(lambda: "any more" in last_said(card), timeout=20_000)
    assert server.sign_in("ama", device).status == 200
    card.end_all()
    qtbot.waitUntil(lambda: "sign-in was ended" in last_said(card), timeout=20_000)


def test_the_security_page_filters_and_exports(office: Any, qtbot: Any, tmp_path: Path) -> None:
    program, server = office
    server.add_person("ama", ("registrar",))
    for _ in range(3):
        server.sign_in("ama", password="wrong")
    program.main_window.open_page(SECURITY_PAGE)
    page = program.main_window.page
    assert isinstance(page, SecurityPage)
    qtbot.waitUntil(lambda: page.table.record_model.rowCount() == 4, timeout=20_000)
    keep_picture(program.main_window, "security-log")
    page.filters.filters["kind"].choose("sign_in_failed")
    qtbot.waitUntil(lambda: page.table.record_model.rowCount() == 3, timeout=20_000)
    page.filters.filters["kind"].choose("device_wiped")
    qtbot.waitUntil(page.nothing.isVisible, timeout=20_000)
    page.filters.clear()
    page.filters.filters["days"].choose("7")
    qtbot.waitUntil(lambda: page.table.record_model.rowCount() == 4, timeout=20_000)
    saved = tmp_path / "log.csv"
    page.export(saved)
    qtbot.waitUntil(lambda: "4 lines saved" in last_said(page), timeout=20_000)
    assert saved.read_bytes().count(b"sign_in_failed") == 3
    page.export(tmp_path / "nowhere" / "log.csv")
    qtbot.waitUntil(lambda: "log.csv can’t be written" in last_said(page), timeout=20_000)


def test_a_lost_computer_closes_is_wiped_and_says_so(office: Any, qtbot: Any) -> None:
    program, server = office
    token = _token(server)
    device = program.workplace.signed_in.profile.device_id
    assert server.post(f"/api/v1/devices/{device}/lost", {"reason": "Stolen"}, token).status == 200
    program.rounds.run()
    qtbot.waitUntil(lambda: program.main_window is None, timeout=20_000)
    window = program.sign_in_window
    qtbot.waitUntil(lambda: window.findChild(Dialog) is not None, timeout=20_000)
    keep_picture(window, "lost-said")
    assert program.gate.known(None) == []
    assert not list(program.gate.folder.rglob("campusdesk.store*"))
