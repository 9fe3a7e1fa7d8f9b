"""Many people at once on screen: a role for several offline, and removing, exporting and ending against a server."""

import os
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog

from desktop.core.keychain import MemoryKeychain
from desktop.core.settings import Server, Settings
from desktop.people import bulk_actions
from desktop.people.area import area
from desktop.people.bulk_dialogs import ExportDialog, RemoveDialog
from desktop.people.list_page import PeoplePage
from desktop.shell.gate import Gate
from desktop.shell.preferences import Preferences
from desktop.shell.program import Folders, Plan, Program
from desktop.widgets.background import wait_for_background
from shared.core.clock import ManualClock
from shared.core.errors import CampusError
from shared.core.ids import IdMaker
from shared.people.vocabulary import PERSON
from tests.fixtures.windows import last_said
from tests.people.desks import ADMINISTRATOR, AREAS, REGISTRAR, person, person_id
from tests.serving import PASSWORD, running_server


def test_a_role_is_given_beside_the_others_and_taken_back(desks: Any) -> None:
    desk = desks([person("ama"), person("kofi", roles=["student", "instructor"])], ADMINISTRATOR).desk
    ids = [person_id("ama"), person_id("kofi")]
    done = bulk_actions.give_role(desk, ids, "instructor")
    assert (done.words, done.left_out) == ("1 person has the role now", 0)
    assert desk.store.get(PERSON, ids[0])["roles"] == ["student", "instructor"]
    assert bulk_actions.give_role(desk, ids, "instructor") is None
    desk.commit(done.undo)
    assert desk.store.get(PERSON, ids[0])["roles"] == ["student"]
    with pytest.raises(CampusError, match="Select"):
        bulk_actions.give_role(desk, ids * 300, "instructor")
    with pytest.raises(CampusError, match="needs the server"):
        bulk_actions.end_sign_ins(desk, ids)


def test_nobody_gives_a_role_beyond_his_own(desks: Any) -> None:
    desk = desks([person("ama")], REGISTRAR).desk
    with pytest.raises(CampusError, match="doesn't give this role"):
        bulk_actions.give_role(desk, [person_id("ama")], "administrator")


def test_what_may_not_be_done_rests_and_says_why(desks: Any, qtbot: Any) -> None:
    desk = desks([person("ama"), person("kofi")], REGISTRAR).desk
    page = PeoplePage(desk, {})
    qtbot.addWidget(page)
    menu = page.bulk.menu()
    told = {action.text(): (action.isEnabled(), action.toolTip()) for action in menu.actions()}
    assert not told["Give a role"][0]
    assert "Ask an administrator" in told["End sign-ins"][1]
    assert told["Remove"] == (False, "This needs the server. Connect first.")
    menu.close()


@pytest.fixture
def office(tmp_path: Path, sqlite_server: Any, qtbot: Any) -> Any:
    """An administrator signed in by a program with a real server; gives (program, server, ids of two students)."""
    clock = sqlite_server.clock if isinstance(sqlite_server.clock, ManualClock) else ManualClock()
    sqlite_server.add_person("grace", ("administrator",))
    ids = [sqlite_server.add_person(name, ("student",), number=f"S-{name}") for name in ("one", "two")]
    course, cohort = sqlite_server.new_id(), sqlite_server.new_id()
    sqlite_server.do(sqlite_server.command("AddCourse", course, {"code": "PHOTO", "title": "Photography"}))
    sqlite_server.do(sqlite_server.command("AddCohort", cohort, {"course_id": course, "code": "P-1", "name": "P"}))
    enrolled = {"cohort_id": cohort, "person_id": ids[1]}
    sqlite_server.do(sqlite_server.command("EnrolPerson", sqlite_server.new_id(), enrolled))
    folders = Folders(tmp_path / "settings", tmp_path / "stores", tmp_path / "sample")
    gate = Gate(
        tmp_path / "stores", AREAS, clock, IdMaker(clock), lambda _seconds: True, open_secrets=MemoryKeychain,
        scrypt_n=2**4,
    )  # fmt: skip
    with running_server(sqlite_server.settings, sqlite_server.app) as url:
        plan = Plan(folders, (area(),), server=Server(url=url, organisation="km-media"), clock=clock)
        program = Program(plan, Preferences(Settings(), folders.settings), gate)
        program.start()
        form = program.sign_in_window.form
        form.name.setText("grace")
        form.password.setText(PASSWORD)
        form.submit()
        qtbot.waitUntil(lambda: program.main_window is not None, timeout=20_000)
        program.main_window.resize(1366, 768)
        yield program, sqlite_server, ids
        wait_for_background()
        program.main_window.close()
        program.close()


def keep_picture(widget: Any, name: str) -> None:
    """Keep what is on screen where somebody wants to look at it."""
    folder = os.environ.get("CAMPUSDESK_TEST_PICTURES")
    if folder:
        QApplication.processEvents()
        widget.grab().save(str(Path(folder) / f"{name}.png"))


def test_mistakes_go_lists_leave_and_sign_ins_end(office: Any, qtbot: Any, tmp_path: Path, monkeypatch: Any) -> None:
    program, _server, ids = office
    window = program.main_window
    desk = window.desk
    qtbot.waitUntil(lambda: desk.store.count(PERSON) >= 3, timeout=20_000)
    desk.open("people.list")
    page = window.page
    page.table.selectAll()
    qtbot.waitUntil(page.more_button.isVisible, timeout=5_000)
    keep_picture(window, "bulk-bar")
    page.bulk.ask_export()
    dialog = page.bulk.dialog
    assert isinstance(dialog, ExportDialog)
    keep_picture(window, "bulk-export")
    place = tmp_path / "people.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(place), ""))
    dialog.kind.choose("csv")
    dialog.give()
    qtbot.waitUntil(lambda: last_said(page) == "Saved as people.csv")
    assert len(place.read_text("utf-8-sig").splitlines()) == 4
    place = tmp_path / "gone" / "people.csv"
    page.bulk.export([], ("number",), "csv")
    qtbot.waitUntil(lambda: "written" in last_said(page))
    page.bulk._selected = lambda: ids
    page.bulk.ask_removal()
    qtbot.waitUntil(lambda: isinstance(page.bulk.dialog, RemoveDialog), timeout=20_000)
    dialog = page.bulk.dialog
    assert (dialog.free, [one["id"] for one in dialog.kept]) == ([ids[0]], [ids[1]])
    keep_picture(window, "bulk-remove")
    dialog.give()
    qtbot.waitUntil(lambda: desk.store.get(PERSON, ids[0]) is None, timeout=20_000)
    assert desk.store.get(PERSON, ids[1]) is not None
    page.bulk._selected = lambda: ids[1:]
    page.bulk.end_sign_ins()
    qtbot.waitUntil(lambda: "ended" in last_said(page), timeout=20_000)
