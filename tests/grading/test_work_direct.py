"""A student's page of one piece of work whose file goes straight to the store, over a real connection to both."""

import dataclasses
import threading

import pytest

from desktop.core.api_client import ApiClient
from desktop.core.device_key import DeviceKey
from desktop.core.file_transfer import FileTransfer
from desktop.core.http_transport import HttpTransport
from desktop.core.tokens import Tokens
from desktop.grading.work_page import WorkPage
from desktop.widgets.background import wait_for_background
from shared.people.vocabulary import Role
from tests.attendance.classes import person_id
from tests.core.direct import provider, server_at
from tests.core.file_desk import pdf_of
from tests.desks import make_actor
from tests.grading.book_rows import class_rows, open_book, work, work_id
from tests.serving import running_server

CONTENT = pdf_of(1_500_000)


@pytest.fixture
def place():
    with provider("s3") as made:
        yield made


@pytest.fixture
def page(place, tmp_path, qtbot, plain_look):
    """The page of an essay at a student's computer, signed in at a server with its files at S3."""
    server = server_at(tmp_path / "server", None, place)
    server.add_person("elif", roles=("student",))
    elif_ = make_actor(person_id("Elif Demir"), "Elif Demir", Role.STUDENT)
    essay = work("Essay", work_kind="handed_in", takes=["text", "file"])
    made = open_book(tmp_path / "book", elif_, [*class_rows(), essay])
    with running_server(server.settings, server.app) as url:
        device, transport = server.device(), HttpTransport(url)
        client = ApiClient(transport, made.clock, lambda _seconds: True)
        client.use(Tokens.model_validate(server.sign_in("elif", device).data), device.id, DeviceKey())
        files = FileTransfer(made.desk.store, client, made.clock)
        shown = WorkPage(dataclasses.replace(made.desk, files=files), work_id("Essay"))
        shown.moving = files
        qtbot.addWidget(shown)
        shown.resize(1100, 900)
        shown.show()
        yield shown
        files.close()
        wait_for_background()
        made.close()
        transport.close()
    server.close()


def _moved(files):
    while files.run_once():
        pass


def test_a_file_that_is_handed_in_goes_straight_to_the_store(page, place, qtbot, tmp_path):
    chosen = tmp_path / "Essay.pdf"
    chosen.write_bytes(CONTENT)
    page.files.give([chosen])
    qtbot.waitUntil(lambda: len(page.files.rows) == 1 and page.files.rows[0].badge.text != "", timeout=20_000)
    page.hand_in_button.click()
    qtbot.waitUntil(lambda: bool(page.moving.waiting()), timeout=20_000)
    seen = []
    page.moving.subscribe(seen.append)
    mover = threading.Thread(target=_moved, args=(page.moving,))
    mover.start()
    (row,) = page.files.rows
    qtbot.waitUntil(lambda: not page.moving.waiting() and row.bar.isHidden(), timeout=30_000)
    mover.join(60)
    assert list(place.kept.values()) == [CONTENT]
    assert place.landed == {}
    assert next(one.split("/")[2] for one in place.bucket.asked if one.startswith("PUT")) == "incoming"
    assert any(0 < one.done <= len(CONTENT) for one in seen)
    assert seen[-1].ended
    assert row.why.text() == ""
