"""The page of what the platform's operators looked at, against a real server, and the way to it."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop.people.area import area
from desktop.people.audit_page import AuditPage
from desktop.people.operator_looks_page import OPERATOR_LOOKS_PAGE, OperatorLooksPage, looks_words
from desktop.people.platform_dialogs import record_kinds
from desktop.widgets.theme import Scheme, theme
from server.people.operator_access import KINDS
from server.people.platform_service import Platform
from shared.people.vocabulary import Role
from tests.desks import make_actor
from tests.people.desks import ADMINISTRATOR, REGISTRAR, person_id
from tests.people.test_operation_pages import look, open_page, shown  # noqa: F401 - pytest finds fixtures by name

LONG = "Nana Akosua Serwaa Oforiwaa-Boateng Asantewaa Mensah-Bonsu of the Department of Photography and Film, Kumasi"
REASON = "The institute asked by phone to find out why a student is missing. " * 7
PATH = "/api/v1/platform/organisations"


def _picture(page, name):
    folder = os.environ.get("CAMPUSDESK_TEST_PICTURES")
    if folder:
        for scheme in (Scheme.LIGHT, Scheme.DARK):
            theme().apply(scheme, scale=100, high_contrast=False, reduced_motion=True)
            QApplication.processEvents()
            page.grab().save(str(Path(folder) / f"{name}-{scheme}.png"))
        theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def institute(sqlite_server):
    """An institute with an administrator, and an operator of the platform: (server, path, the operator's token)."""
    home = Platform(sqlite_server.context).make_own()
    sqlite_server.add_person("yaw", ("platform_administrator",), organisation_id=home, given_name=LONG[:60])
    sqlite_server.add_person("akua")
    token = sqlite_server.sign_in("yaw", organisation="platform").data["access_token"]
    return sqlite_server, f"{PATH}/{sqlite_server.organisation_id}/access", token


def test_who_reads_the_log_finds_it_and_nobody_else():
    guard = area().guards[OPERATOR_LOOKS_PAGE]
    assert guard(ADMINISTRATOR)
    assert not guard(REGISTRAR)
    assert not guard(make_actor(person_id("esi"), "Esi", Role.STUDENT))
    assert not [one for one in area().navigation if one.page == OPERATOR_LOOKS_PAGE], "the audit page leads to it"


def test_the_audit_page_leads_to_it(qtbot, desks):
    made = desks([], actor=ADMINISTRATOR)
    page = AuditPage(made.desk)
    qtbot.addWidget(page)
    page.resize(1366 - 208, 700)
    page.show()
    _picture(page, "looks-audit")
    page.looks_button.click()
    assert made.opened.pages[-1][0] == OPERATOR_LOOKS_PAGE


def test_nobody_looked_yet(qtbot, open_page, institute):  # noqa: F811 - the fixture
    page = open_page(OperatorLooksPage, "akua", ADMINISTRATOR)
    qtbot.waitUntil(lambda: page.nothing.isVisibleTo(page))
    assert page.head.subtitle.text() == "Not once so far"
    assert not page.whole.isVisibleTo(page)
    _picture(page, "looks-none")


def test_each_look_stands_with_who_when_why_and_what(qtbot, open_page, institute):  # noqa: F811 - the fixture
    server, place, token = institute
    first = server.post(place, {"reason": REASON, "minutes": 5}, token).data["id"]
    for kind in ("person", "course", "person"):
        assert server.get(f"{place}/{first}/rows?kind={kind}", token).status == 200
    server.clock.advance(timedelta(hours=1).total_seconds())
    token = server.sign_in("yaw", organisation="platform").data["access_token"]
    server.post(place, {"reason": "A backup is tried out with the institute's word.", "minutes": 30}, token)
    page = open_page(OperatorLooksPage, "akua", ADMINISTRATOR)
    shown(qtbot, page, 2)
    object.__setattr__(page.desk, "clock", server.clock)
    model = page.table.record_model
    words = [[model.index(row, at).data() for at in range(5)] for row in range(2)]
    assert words[0][2:4] == ["A backup is tried out with the institute's word.", "nothing"]
    assert words[0][4].startswith("Until ")
    assert words[1][1].startswith("Nana Akosua")
    assert words[1][3:] == ["People 2, Courses 0", "Over"]
    page.table.go_to(first)
    qtbot.waitUntil(lambda: page.whole.isVisibleTo(page))
    assert REASON.strip() in page.reason.text()
    assert page.head.subtitle.text() == "2 times, each for a reason"
    qtbot.waitUntil(lambda: page.reason.height() >= page.reason.heightForWidth(page.reason.width()))
    _picture(page, "looks-two")


def test_without_the_server_it_says_so(qtbot, desks):
    page = OperatorLooksPage(desks([], actor=ADMINISTRATOR).desk)
    qtbot.addWidget(page)
    page.show()
    assert page.away.isVisibleTo(page)


def test_whoever_lost_the_right_reads_the_servers_sentence(qtbot, open_page, institute):  # noqa: F811 - the fixture
    institute[0].add_person("esi", ("student",))
    page = open_page(OperatorLooksPage, "esi", ADMINISTRATOR)
    qtbot.waitUntil(lambda: "doesn't read the log" in page.head.subtitle.text())


def test_every_kind_that_may_be_read_has_a_name():
    assert set(record_kinds()) == set(KINDS)
    assert looks_words({"looks": [{"kind": "person", "times": 9, "rows": 1_204}]}) == "People 1,204"
    assert looks_words({"looks": [{"kind": "of_tomorrow", "times": 1, "rows": 1}]}) == "of_tomorrow 1"
