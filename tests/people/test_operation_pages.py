"""The pages of backups and of the platform's institutes, against a real server."""

from typing import Any

import pytest

from desktop.core.api_client import ApiClient
from desktop.core.device_key import DeviceKey
from desktop.core.http_transport import HttpTransport
from desktop.core.tokens import Tokens
from desktop.people.area import area
from desktop.people.backups_page import BACKUPS_PAGE, BackupsPage, megabytes
from desktop.people.platform_dialogs import CodeDialog, NewInstituteDialog, ReasonDialog, RecordsDialog
from desktop.people.platform_page import PLATFORM_PAGE, PlatformPage
from desktop.widgets.background import wait_for_background
from desktop.widgets.dialog import Dialog
from desktop.widgets.theme import Scheme, theme
from server.migrations import backup_job
from server.people.platform_service import Platform
from shared.people.vocabulary import Role
from tests.desks import make_actor
from tests.people.desks import ADMINISTRATOR, REGISTRAR, person_id
from tests.serving import running_server

OPERATOR = make_actor(person_id("yaw"), "Yaw Osei", Role.PLATFORM_ADMINISTRATOR)
REASON = "The institute asked by phone to find out why a student is missing."


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def open_page(qtbot, desks, sqlite_server):
    """`open_page(kind, username, actor, slug)` opens a page of somebody who is signed in at a real server."""
    transports = []
    with running_server(sqlite_server.settings, sqlite_server.app) as url:

        def make(kind: Any, username: str, actor: Any, slug: str = "") -> Any:
            device = sqlite_server.device()
            tokens = sqlite_server.sign_in(username, device, organisation=slug or sqlite_server.slug).data
            transport = HttpTransport(url)
            transports.append(transport)
            client = ApiClient(transport, sqlite_server.clock, lambda _seconds: True)
            client.use(Tokens.model_validate(tokens), device.id, DeviceKey())
            made = desks([], actor=actor)
            object.__setattr__(made.desk, "client", client)
            page = kind(made.desk)
            page.resize(1440 - 208, 844)
            qtbot.addWidget(page)
            page.show()
            return page

        yield make
        wait_for_background()
        for transport in transports:
            transport.close()


def shown(qtbot, page, rows):
    qtbot.waitUntil(
        lambda: not page.busy and len(page.source.rows(page.source.ids(page.table.record_model.query, 0, 99))) == rows
    )


def test_who_finds_the_pages():
    made = area()
    entries = {one.page: one for one in made.navigation}
    for page, may in ((BACKUPS_PAGE, ADMINISTRATOR), (PLATFORM_PAGE, OPERATOR)):
        assert entries[page].may(may)
        assert not entries[page].may(REGISTRAR)
        assert not made.guards[page](REGISTRAR)
    assert not entries[PLATFORM_PAGE].may(ADMINISTRATOR)


def test_a_backup_is_made_tried_out_and_planned(qtbot, open_page, sqlite_server):
    sqlite_server.add_person("akua")
    page = open_page(BackupsPage, "akua", ADMINISTRATOR)
    qtbot.waitUntil(page.make_button.isEnabled)
    assert page.nothing.isVisibleTo(page)
    page.make_button.click()
    shown(qtbot, page, 1)
    qtbot.waitUntil(page.progress.isVisible)
    backup_job.run(sqlite_server.context)
    page.refresh()
    qtbot.waitUntil(lambda: not page.progress.isVisible())
    assert "keys elsewhere" in page.warning.words.text()
    assert not page.has_unsaved()
    page.every.choose("168")
    page.keep.set_value(3)
    assert page.has_unsaved()
    page.save_button.click()
    qtbot.waitUntil(lambda: not page.has_unsaved())
    told = sqlite_server.get("/api/v1/backups", sqlite_server.sign_in("akua").data["access_token"]).data
    assert (told["plan"]["every_hours"], told["plan"]["keep"]) == (168, 3)
    assert told["backups"][0]["tested"] == "sound"


def test_a_refused_plan_says_why_below_its_field(qtbot, open_page, sqlite_server):
    sqlite_server.add_person("akua")
    page = open_page(BackupsPage, "akua", ADMINISTRATOR)
    qtbot.waitUntil(page.make_button.isEnabled)
    page.place.set_choices([("/etc", "/etc")])
    page.save()
    qtbot.waitUntil(lambda: page.fields["place"].error != "")
    assert "settings name" in page.fields["place"].error


def test_without_the_server_the_page_says_so(qtbot, desks):
    page = BackupsPage(desks([], actor=ADMINISTRATOR).desk)
    qtbot.addWidget(page)
    page.show()
    assert page.away.isVisibleTo(page)
    assert not page.make_button.isEnabled()


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "–"), (1, "1 KB"), (48_400, "48 KB"), (99_999, "99 KB"), (100_000, "0.1 MB"), (2_400_000_000, "2.4 GB")],
)
def test_a_size_says_something_however_small(size, words):
    assert megabytes(size) == words


@pytest.fixture
def platform(sqlite_server):
    """A server with an operator, and an institute with two people."""
    home = Platform(sqlite_server.context).make_own()
    sqlite_server.add_person("yaw", ("platform_administrator",), organisation_id=home)
    sqlite_server.add_person("akua")
    sqlite_server.add_person("esi", ("student",))
    return sqlite_server


def test_who_may_not_make_backups_here_reads_why(qtbot, open_page, platform):
    platform.add_organisation("volta", "Volta College")
    page = open_page(BackupsPage, "akua", ADMINISTRATOR)
    qtbot.waitUntil(lambda: "Ask whoever runs it" in page.away.words.text())
    assert "can't be reached" not in page.away.title.text()
    assert not any(part.isVisible() for part in (page.state_card, page.plan_card))
    assert not page.make_button.isEnabled()


def test_an_operator_adds_suspends_and_reopens_an_institute(qtbot, open_page, platform):
    page = open_page(PlatformPage, "yaw", OPERATOR, "platform")
    shown(qtbot, page, 1)
    qtbot.waitUntil(page.health.isVisible)
    assert "no backup yet" in page.health.words.text()
    page.new()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, NewInstituteDialog)
    dialog.fields["name"].control.setText("Accra Arts")
    dialog.fields["slug"].control.setText("Accra Arts")
    dialog.save()
    qtbot.waitUntil(lambda: dialog.fields["slug"].error != "")
    dialog.fields["slug"].control.setText("accra-arts")
    dialog.save()
    qtbot.waitUntil(lambda: isinstance(Dialog.opened_in(page.window()), CodeDialog))
    assert len(Dialog.opened_in(page.window()).code.text()) == 19
    Dialog.opened_in(page.window()).reject()
    shown(qtbot, page, 2)
    rows = page.source.rows(page.source.ids(page.table.record_model.query, 0, 99))
    page.table.go_to(next(one for one, row in rows.items() if row["slug"] == "accra-arts"))
    assert page.chosen["slug"] == "accra-arts"
    page.suspend_button.click()
    why = Dialog.opened_in(page.window())
    assert isinstance(why, ReasonDialog)
    why.go()
    assert "5 characters" in why.reason_field.error
    why.reason.setPlainText("Not paid since June")
    why.go()
    qtbot.waitUntil(lambda: page.suspend_button.text() == "Reopen" and not page.busy)
    page.suspend_button.click()
    qtbot.waitUntil(lambda: page.suspend_button.text() == "Suspend" and not page.busy)


def test_records_are_read_for_a_reason_and_closed(qtbot, open_page, platform):
    page = open_page(PlatformPage, "yaw", OPERATOR, "platform")
    shown(qtbot, page, 1)
    qtbot.waitUntil(lambda: page.chosen is not None)
    page.read_button.click()
    why = Dialog.opened_in(page.window())
    why.reason.setPlainText(REASON)
    why.go()
    qtbot.waitUntil(lambda: isinstance(Dialog.opened_in(page.window()), RecordsDialog))
    records = Dialog.opened_in(page.window())
    qtbot.waitUntil(lambda: len(records.rows) == 2)
    assert {row["username"] for row in records.rows} == {"akua", "esi"}
    records.end()
    qtbot.waitUntil(lambda: Dialog.opened_in(page.window()) is None)
    page.read_button.setEnabled(True)
