"""Letting someone in: the card on a person's page gives a temporary password of a real server."""

import pytest

from desktop.core.api_client import ApiClient
from desktop.core.device_key import DeviceKey
from desktop.core.http_transport import HttpTransport
from desktop.core.tokens import Tokens
from desktop.people.person_page import PersonPage
from desktop.shell.page import toasts_of
from desktop.widgets.background import wait_for_background
from desktop.widgets.theme import Scheme, theme
from shared.people.vocabulary import PERSON
from tests.people.desks import ADMINISTRATOR, REGISTRAR, person, person_id
from tests.people.letter_box import box_for
from tests.serving import running_server


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def client(sqlite_server):
    """A client that Esi, an administrator, is signed in with."""
    sqlite_server.add_person("esi")
    device = sqlite_server.device()
    tokens = sqlite_server.sign_in("esi", device).data
    with running_server(sqlite_server.settings, sqlite_server.app) as url:
        transport = HttpTransport(url)
        made = ApiClient(transport, sqlite_server.clock, lambda _seconds: True)
        made.use(Tokens.model_validate(tokens), device.id, DeviceKey())
        yield made
        wait_for_background()
        transport.close()


@pytest.fixture
def page_of(qtbot, desks):
    """`page_of(body, client, actor)` opens the page of someone who is on the server already."""

    def make(body, client, actor=ADMINISTRATOR):
        made = desks([body], actor=actor)
        object.__setattr__(made.desk, "client", client)
        page = PersonPage(made.desk, body[1]["id"])
        qtbot.addWidget(page)
        page.resize(1232, 844)
        page.show()
        return page

    return make


def body_of(server, name, **fields):
    known = server.add_person(name, **fields)
    return PERSON, {**person(name)[1], "id": known, "username": name, "roles": ["instructor"]}


def test_a_new_instructor_is_let_in_with_a_temporary_password(qtbot, page_of, client, sqlite_server):
    page = page_of(body_of(sqlite_server, "ama", roles=("instructor",)), client)
    assert page.sign_in.words.text() == "Signs in as ama"
    page.sign_in.give.click()
    qtbot.waitUntil(page.sign_in.password.isVisible, timeout=10_000)
    assert page.sign_in.why.text().startswith("Write it down now")
    signed_in = sqlite_server.sign_in("ama", password=page.sign_in.password.text())
    assert signed_in.data["must_change_password"]
    page.refresh()
    assert page.sign_in.password.isVisible(), "it stays until the page is left"


def test_without_a_network_it_says_so(qtbot, page_of, sqlite_server):
    away = ApiClient(HttpTransport("http://127.0.0.1:9"), sqlite_server.clock, lambda _seconds: True)
    away.use(Tokens.model_validate(dict.fromkeys(Tokens.model_fields, "2099-01-01T00:00:00.000Z")), "d", DeviceKey())
    page = page_of(body_of(sqlite_server, "ama"), away)
    page.sign_in.give.click()
    qtbot.waitUntil(lambda: bool(toasts_of(page).toasts), timeout=10_000)
    assert "can't be reached" in toasts_of(page).toasts[-1].words
    assert not page.sign_in.password.isVisible()
    assert not page.sign_in.give.busy


def test_it_is_offered_to_those_who_may_only(page_of, client, sqlite_server):
    staff = body_of(sqlite_server, "ama")
    assert page_of(staff, client).sign_in.isVisible()
    assert not page_of(staff, client, actor=REGISTRAR).sign_in.isVisible(), "staff are let in by an administrator"
    assert not page_of(staff, None).sign_in.isVisible()


def test_someone_without_any_name_to_sign_in_with_needs_one_first(page_of, client):
    kind, body = person("kofi", number=None)
    page = page_of((kind, {**body, "id": person_id("kofi"), "username": None, "email": None}), client)
    assert page.sign_in.words.text().startswith("Nobody can sign in without a username")
    assert not page.sign_in.give.isEnabled()


def test_a_code_is_sent_that_the_office_never_learns(qtbot, page_of, client, sqlite_server):
    box = box_for(sqlite_server)
    page = page_of(body_of(sqlite_server, "ama", roles=("instructor",), email="ama@example.org"), client)
    page.sign_in.send.click()
    qtbot.waitUntil(lambda: "by mail" in page.sign_in.why.text(), timeout=10_000)
    assert box.code("reset_password")
    assert not page.sign_in.password.isVisible()
    opened = []
    object.__setattr__(page.sign_in._desk, "open", lambda *where, **details: opened.append((where, details)))
    page.sign_in.letter.click()
    assert opened == [(("people.passwords",), {"ids": (box.last("reset_password").person_id,)})]
