"""The button that copies a link to a file: of this server or a store's own, its minutes told, no network said."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.api_client import ApiClient
from desktop.core.api_errors import no_network
from desktop.core.device_key import DeviceKey
from desktop.core.retry import Backoff
from desktop.core.tokens import Tokens
from desktop.core.transport import Reply, Request
from desktop.shell.file_link import LinkButton
from desktop.shell.page import toasts_of
from shared.core.clock import ManualClock, instant_text
from tests.learning.desks import open_desk

LATER = "2099-01-01T00:00:00.000Z"
SHA = "ab" * 32


class Server:
    """Makes links that last for a while."""

    def __init__(self, clock: ManualClock, url: str) -> None:
        self.clock, self.url, self.asked = clock, url, list[str]()
        self.reply: Reply | None = None
        self.offline = False

    def send(self, request: Request) -> Reply:
        """Answer one request."""
        self.asked.append(f"{request.method} {request.path}")
        if self.offline:
            raise no_network(OSError("unplugged"))
        ends = instant_text(self.clock.now() + timedelta(minutes=10))
        made = {"url": self.url, "expires_at": ends}
        return self.reply or Reply(201, {}, orjson.dumps({"data": made}))


@pytest.fixture
def shown(qtbot: Any, tmp_path: Any) -> Any:
    """`shown(url)` gives the server and a button over a real client."""
    kept: list[Any] = []
    pages: list[QWidget] = []

    def show(url: str) -> tuple[Server, LinkButton]:
        made = open_desk(tmp_path / "desk")
        kept.append(made)
        server = Server(made.desk.clock, url)
        client = ApiClient(server, made.desk.clock, lambda _seconds: True, Backoff(first=0.0, most=0.0))
        tokens = Tokens(access_token="a", access_expires_at=LATER, refresh_token="r", refresh_expires_at=LATER)
        client.use(tokens, "device", DeviceKey())
        settings = made.desk.settings.model_copy(update={"last_server": "https://campus.example/"})
        page = QWidget()
        pages.append(page)
        qtbot.addWidget(page)
        button = LinkButton(replace(made.desk, client=client, settings=settings), SHA, "plan.pdf", page)
        QVBoxLayout(page).addWidget(button)
        page.resize(500, 300)
        page.show()
        return server, button

    yield show
    for one in kept:
        one.close()


@pytest.mark.parametrize(
    ("url", "copied"),
    [
        ("/api/v1/file-links/xyz", "https://campus.example/api/v1/file-links/xyz"),
        ("https://bucket.example/a?X-Amz-Signature=1", "https://bucket.example/a?X-Amz-Signature=1"),
    ],
)
def test_a_link_is_copied_and_its_minutes_are_told(qtbot: Any, shown: Any, url: str, copied: str) -> None:
    server, button = shown(url)
    QGuiApplication.clipboard().setText("")
    button.click()
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == copied)
    assert server.asked == [f"POST /api/v1/files/{SHA}/links"]
    assert "The link is copied. It ends in 10 minutes" in toasts_of(button).toasts[-1].words
    assert not button.busy


def test_without_a_network_nothing_is_copied_and_it_is_said(qtbot: Any, shown: Any) -> None:
    server, button = shown("/x")
    server.offline = True
    QGuiApplication.clipboard().setText("before")
    button.click()
    qtbot.waitUntil(lambda: bool(server.asked) and not button.busy)
    assert QGuiApplication.clipboard().text() == "before"


def test_no_button_where_no_server_is_known(qtbot: Any, tmp_path: Any) -> None:
    made = open_desk(tmp_path / "desk")
    page = QWidget()
    qtbot.addWidget(page)
    button = LinkButton(replace(made.desk, client=None), SHA, "plan.pdf", page)
    page.show()
    assert not button.isVisible()
    made.close()
