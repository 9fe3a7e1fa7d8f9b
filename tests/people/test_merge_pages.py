"""Merging on screen against a real server: likely pairs, the comparison, and the card on the page of the person."""

import os
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from desktop.core.keychain import MemoryKeychain
from desktop.core.settings import Server, Settings
from desktop.people.area import area
from desktop.people.merge_page import MERGE_PAGE, MergePage
from desktop.people.merges_card import MergesCard
from desktop.shell.gate import Gate
from desktop.shell.preferences import Preferences
from desktop.shell.program import Folders, Plan, Program
from desktop.widgets.background import wait_for_background
from shared.core.clock import ManualClock
from shared.core.ids import IdMaker
from shared.people.vocabulary import PERSON
from tests.fixtures.windows import last_said
from tests.people.desks import AREAS
from tests.serving import PASSWORD, running_server


@pytest.fixture
def office(tmp_path: Path, sqlite_server: Any, qtbot: Any) -> Any:
    """A registrar signed in by a program with a real server; gives (program, ids of two entries of one person)."""
    clock = ManualClock()
    sqlite_server.add_person("grace", ("administrator",))
    long = "Nana Akosua Agyeiwaa Serwaa-Bonsu of the Long Name"
    ids = [
        sqlite_server.add_person(
            name, ("student",), given_name=long, family_name="Mensah", phone=phone, date_of_birth="2004-03-28", **more
        )
        for name, phone, more in (
            ("one", "024 555 0101", {"number": "S-0001", "email": "nana.akosua.agyeiwaa@example.org"}),
            ("two", "020 555 0199", {"number": "S-0002"}),
        )
    ]
    folders = Folders(tmp_path / "settings", tmp_path / "stores", tmp_path / "sample")
    gate = Gate(
        tmp_path / "stores",
        AREAS,
        clock,
        IdMaker(clock),
        lambda _seconds: True,
        open_secrets=MemoryKeychain,
        scrypt_n=2**4,
    )
    with running_server(sqlite_server.settings, sqlite_server.app) as url:
        plan = Plan(folders, (area(),), server=Server(url=url, organisation="km-media"), clock=clock)
        program = Program(plan, Preferences(Settings(), folders.settings), gate)
        program.start()
        form = program.sign_in_window.form
        form.name.setText("grace")
        form.password.setText(PASSWORD)
        form.submit()
        qtbot.waitUntil(lambda: program.main_window is not None, timeout=20_000)
        program.main_window.resize(1440, 900)
        yield program, ids
        wait_for_background()
        program.main_window.close()
        program.close()


def keep_picture(widget: Any, name: str) -> None:
    """Keep what is on screen where somebody wants to look at it."""
    folder = os.environ.get("CAMPUSDESK_TEST_PICTURES")
    if folder:
        QApplication.processEvents()
        widget.grab().save(str(Path(folder) / f"{name}.png"))


def test_a_likely_pair_is_compared_merged_and_taken_apart(office: Any, qtbot: Any) -> None:
    program, ids = office
    window = program.main_window
    desk = window.desk
    qtbot.waitUntil(lambda: desk.store.count(PERSON) >= 3, timeout=20_000)
    desk.open(MERGE_PAGE)
    page = window.page
    assert isinstance(page, MergePage)
    qtbot.waitUntil(lambda: page.pairs.lines.count() == 1, timeout=20_000)
    keep_picture(window, "merge-pairs")
    page.show_pair(*ids)
    qtbot.waitUntil(lambda: "phone" in page.compare.tiles, timeout=20_000)
    assert not page.pairs.isVisibleTo(page)
    page.compare.tiles["phone"][1].click()
    qtbot.waitUntil(page.compare.tiles["phone"][1].isChecked, timeout=20_000)
    keep_picture(window, "merge-compare")
    page.compare.tiles["entry"][1].click()
    qtbot.waitUntil(lambda: page.ids == (ids[1], ids[0]), timeout=20_000)
    qtbot.waitUntil(lambda: page.compare.shown["stays"]["name"].endswith("S-0002"), timeout=20_000)
    assert page.compare.choices == {"phone": "stays"}
    page.compare.merge_button.click()
    qtbot.waitUntil(lambda: "stays" in last_said(page), timeout=20_000)
    qtbot.waitUntil(lambda: desk.store.get(PERSON, ids[0]) is None, timeout=20_000)
    assert desk.store.get(PERSON, ids[1])["phone"] == "020 555 0199"
    desk.open("people.person", ids[1])
    card = window.page.findChild(MergesCard)
    qtbot.waitUntil(lambda: card.lines.count() == 1, timeout=20_000)
    window.page.column.ensureWidgetVisible(card)
    keep_picture(window, "merge-card")
    record = desk.client.get(f"/api/v1/users/{ids[1]}/merges")["data"][0]
    card.undo(record)
    qtbot.waitUntil(lambda: desk.store.get(PERSON, ids[0]) is not None, timeout=20_000)


def test_the_list_merges_exactly_two(office: Any, qtbot: Any) -> None:
    program, ids = office
    window = program.main_window
    qtbot.waitUntil(lambda: window.desk.store.count(PERSON) >= 3, timeout=20_000)
    window.desk.open("people.list")
    page = window.page
    page.table.selectAll()
    qtbot.waitUntil(lambda: not page.merge_button.isEnabled(), timeout=5_000)
    assert page.merge_button.toolTip()
    window.desk.open(MERGE_PAGE, ids[0])
    picking = window.page
    assert picking.pick.isVisibleTo(picking)
    picking.picker.add(ids[1])
    qtbot.waitUntil(lambda: "phone" in picking.compare.tiles, timeout=20_000)
