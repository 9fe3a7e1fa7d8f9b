"""A data officer's page of enquirers' data, against a real server: found, saved, removed after saying why."""

import json
from pathlib import Path
from typing import Any

from desktop.admissions.enquirers_page import EnquirersPage, RemoveDialog
from desktop.shell.page import toasts_of
from tests.desks import make_actor, make_desk, plain_areas
from tests.finance.online import Online
from tests.finance.test_online_pages import WAIT, at, enter, program
from tests.people.test_door_pages import keep_picture

__all__ = ["at", "program"]
NOTED = {"name": "Abena Nana Yaa Owusu-Ansah", "phone": "024 555 0121", "source": "fair", "note": "Evening classes"}


def _said(page: Any) -> str:
    toasts = toasts_of(page).toasts
    return str(toasts[-1].words) if toasts else ""


def test_found_saved_and_removed(at: Online, program: Any, qtbot: Any, tmp_path: Path) -> None:
    server = at.server
    made = server.do(server.command("RecordEnquiry", server.new_id(), NOTED), server.organisation_id)
    assert made.verdict == "applied", made
    window = enter(program, qtbot, "grace")
    window.open_page("admissions.enquirers")
    page = window.page
    assert isinstance(page, EnquirersPage)
    page.look_up()
    qtbot.waitUntil(lambda: _said(page) == "Enter a mail address or a phone number.", timeout=WAIT)
    page.phone.setText("020 000 0000")
    page.look_up()
    qtbot.waitUntil(lambda: "Nothing is noted" in page.nothing.text(), timeout=WAIT)
    page.phone.setText("+233 24 555 0121")
    page.look_up()
    qtbot.waitUntil(lambda: len(page.rows.rows) == 1, timeout=WAIT)
    keep_picture(window, "enquirers")
    place = tmp_path / "enquiries.json"
    page.save(str(place))
    assert json.loads(place.read_text(encoding="utf-8"))[0]["note"] == "Evening classes"
    page.save(str(tmp_path / "nowhere" / "enquiries.json"))
    assert "enquiries.json can’t be written" in _said(page)
    page.rows.rows[0].click()
    dialog = window.findChild(RemoveDialog)
    dialog.save()
    assert dialog.reason_field.error == "Say in a few words why."
    keep_picture(window, "enquirers-remove")
    dialog.reason.setText("Asked for it in writing")
    dialog.save()
    qtbot.waitUntil(lambda: "Nothing is noted" in page.nothing.text(), timeout=WAIT)
    assert page.card.isHidden()
    rows = at.rows("SELECT name, phone FROM enquiry WHERE organisation_id = :o")
    assert rows == [("", "")]


def test_without_the_server_it_says_so(tmp_path: Path, qtbot: Any) -> None:
    here = make_desk(tmp_path, make_actor("01a1f7f8-3000-7672-874a-d4a8ff8edb70", "Dora"), areas=plain_areas())
    page = EnquirersPage(here.desk)
    qtbot.addWidget(page)
    page.show()
    page.email.setText("ama@example.org")
    page.look_up()
    qtbot.waitUntil(lambda: bool(toasts_of(page).toasts), timeout=WAIT)
    assert _said(page) == "This is looked for on the server. Connect first."
    here.close()
