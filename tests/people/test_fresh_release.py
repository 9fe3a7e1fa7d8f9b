"""Whoever shows marks or grades to students confirmed lately who it is: over HTTP, on screen, and without a network."""

import pytest
from PySide6.QtWidgets import QWidget

from desktop.core.api_client import ApiClient
from desktop.core.device_key import DeviceKey
from desktop.core.http_transport import HttpTransport
from desktop.core.tokens import Tokens
from desktop.shell.confirm_dialog import ConfirmDialog
from desktop.shell.confirm_first import ConfirmHereDialog, confirm_first
from desktop.widgets.background import wait_for_background
from server.people.fresh_sign_in import LIFE
from shared.people.vocabulary import Role
from tests.desks import make_actor
from tests.grading.test_grading_routes import School
from tests.serving import PASSWORD, TestServer, running_server


@pytest.fixture
def school(server: TestServer) -> School:
    return School(server)


def test_releasing_and_publishing_ask_for_a_fresh_sign_in(school: School) -> None:
    server, token = school.server, school.tokens["ama"]
    school.save("ama", "40")
    grades = {"grades": [{"enrolment_id": school.enrolments[0], "result": "80.0"}]}
    path = f"/api/v1/cohorts/{school.cohort}/course-grades"
    assert server.get("/api/v1/auth/confirm/fresh", token).status == 200
    server.clock.advance(LIFE.total_seconds())
    asked = [
        school.release("ama", 0),
        server.post(path, grades, token),
        server.get("/api/v1/auth/confirm/fresh", token),
    ]
    assert [(one.status, one.code) for one in asked] == [(403, "fresh_sign_in_needed")] * 3
    assert server.post("/api/v1/auth/confirm", {"password": PASSWORD}, token).status == 200
    assert server.get("/api/v1/auth/confirm/fresh", token).status == 200
    assert school.release("ama", 0).data["outcomes"][0]["verdict"] == "applied"
    assert server.post(path, grades, token).status == 200


@pytest.fixture
def window(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.show()
    return made


@pytest.fixture
def online(desks, sqlite_server):
    """A desk at a running server, whose password is PASSWORD here, too; `transport` cut is a network that is gone."""
    esi = sqlite_server.add_person("esi")
    device = sqlite_server.device()
    tokens = sqlite_server.sign_in("esi", device).data
    with running_server(sqlite_server.settings, sqlite_server.app) as url:
        transport = HttpTransport(url)
        client = ApiClient(transport, sqlite_server.clock, lambda _seconds: True)
        client.use(Tokens.model_validate(tokens), device.id, DeviceKey())
        desk = desks([], make_actor(esi, "Esi", Role.INSTRUCTOR)).desk
        object.__setattr__(desk, "client", client)
        object.__setattr__(desk, "check_password", lambda password: password == PASSWORD)
        yield desk
        wait_for_background()
        transport.close()


def dialog(window, qtbot, kind):
    qtbot.waitUntil(lambda: any(one.isVisible() for one in window.findChildren(kind)))
    return next(one for one in window.findChildren(kind) if one.isVisible())


def test_on_screen_it_is_asked_once_the_sign_in_is_old(qtbot, window, online, sqlite_server) -> None:
    done: list[str] = []
    confirm_first(window, online, lambda: done.append("fresh"))
    qtbot.waitUntil(lambda: done == ["fresh"])
    sqlite_server.clock.advance(LIFE.total_seconds())
    confirm_first(window, online, lambda: done.append("confirmed"))
    asked = dialog(window, qtbot, ConfirmDialog)
    assert done == ["fresh"]
    asked.proof.proved.emit("password", PASSWORD)
    qtbot.waitUntil(lambda: done == ["fresh", "confirmed"])


def test_whoever_gives_up_does_nothing(qtbot, window, online, sqlite_server) -> None:
    done: list[str] = []
    sqlite_server.clock.advance(LIFE.total_seconds())
    confirm_first(window, online, lambda: done.append("x"))
    dialog(window, qtbot, ConfirmDialog).reject()
    assert done == []


def test_without_a_network_the_password_is_checked_on_this_computer(qtbot, window, online) -> None:
    done: list[str] = []
    gone = HttpTransport("http://127.0.0.1:9")
    object.__setattr__(online, "client", ApiClient(gone, online.clock, lambda _seconds: True))
    online.client.use(Tokens.model_validate(TOKENS), "device", DeviceKey())
    confirm_first(window, online, lambda: done.append("here"))
    asked = dialog(window, qtbot, ConfirmHereDialog)
    asked.check()
    asked.password.setText("wrong")
    asked.check()
    qtbot.waitUntil(lambda: bool(asked.field.error))
    assert done == []
    asked.password.setText(PASSWORD)
    asked.check()
    qtbot.waitUntil(lambda: done == ["here"])
    gone.close()


def test_a_desk_without_a_server_goes_on(window, desks) -> None:
    done: list[str] = []
    confirm_first(window, desks([], make_actor("p", "Esi", Role.INSTRUCTOR)).desk, lambda: done.append("x"))
    assert done == ["x"]


TOKENS = {
    "access_token": "a",
    "access_expires_at": "2999-01-01T00:00:00.000Z",
    "refresh_token": "r",
    "refresh_expires_at": "2999-01-01T00:00:00.000Z",
}
