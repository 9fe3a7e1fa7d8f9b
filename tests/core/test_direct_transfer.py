"""A desktop that brings files to the store itself: the whole way, ways that are barred, cuts, restarts, stopping."""

import threading

import pytest
import requests

from desktop.core.api_errors import ApiError, no_network
from desktop.core.file_queue import AGAIN, DIRECT, PIECES, REFUSED, SENT
from desktop.core.store_line import StoreLine, StoreLink
from desktop.core.transport import Cancel
from server.core.file_scan import Scanned, ScanVerdict
from tests.core.direct import landing_name, provider, server_at
from tests.core.file_desk import pdf_of, signed_in_desk
from tests.core.uploads import sha
from tests.serving import running_server

ESSAY = pdf_of(700_000)
HASH = sha(ESSAY)


class Barred(StoreLine):
    """A line that a test may hold up or break, and that counts what went over it."""

    def __init__(self):
        self.sent = []
        self.breaks = 0
        self.address = ""
        self.held: threading.Event | None = None
        self.under_way = threading.Event()

    def send(self, link, pieces, size, progress=None, cancel=None):
        self.sent.append(link.url)
        if self.address:
            link = link.model_copy(update={"url": self.address})
        if self.breaks:
            self.breaks -= 1
            raise no_network("cut")
        super().send(link, self._slowly(pieces, cancel), size, progress, cancel)

    def _slowly(self, pieces, cancel):
        for piece in pieces:
            self.under_way.set()
            while self.held is not None and not self.held.wait(0.02):
                cancel.check()
            yield piece


def _desk(folder, server, url):
    made = signed_in_desk(folder, server, url, "ama")
    made.server, made.way = server, Barred()

    def opened():
        transfer = type(made).opened(made)
        transfer._up._direct._line = made.way
        return transfer

    made.opened = opened
    opened()
    return made


@pytest.fixture(params=["s3", "cloudinary"])
def place(request):
    with provider(request.param) as made:
        yield made


@pytest.fixture
def desk(trial, place, migrated_url, tmp_path):
    server = server_at(tmp_path / "server", migrated_url, place)
    server.add_person("ama", roles=("student",))
    with running_server(server.settings, server.app) as url:
        made = _desk(tmp_path / "ama", server, url)
        yield made
        made.transfer.close()
        made.bench.store.close()
    server.close()


@pytest.fixture
def s3():
    with provider("s3") as made:
        yield made


@pytest.fixture
def lite(trial, s3, tmp_path):
    """At S3 on SQLite alone."""
    server = server_at(tmp_path / "server", None, s3)
    server.add_person("ama", roles=("student",))
    with running_server(server.settings, server.app) as url:
        made = _desk(tmp_path / "ama", server, url)
        yield made
        made.transfer.close()
        made.bench.store.close()
    server.close()


def _methods(desk):
    return [method for method, path in desk.line.asked if path.startswith("/api/v1/uploads") and "limits" not in path]


def _waiting(desk):
    return [(one.way, one.state) for one in desk.transfer.waiting()]


def test_a_file_goes_straight_to_the_store(desk, place):
    heard = []
    desk.transfer.subscribe(heard.append)
    desk.send("essay.pdf", ESSAY)
    desk.run()
    assert place.kept == {HASH: ESSAY}
    assert place.landed == {}
    assert place.refused == [], "nothing of the sign-in went along"
    assert "PATCH" not in _methods(desk)
    assert _methods(desk)[:3] == ["POST", "POST", "POST"], "begun, a link, looked at"
    assert [one.done for one in heard] == sorted(one.done for one in heard)
    assert (heard[-1].done, heard[-1].ended, heard[-1].sentence) == (len(ESSAY), True, "")
    assert desk.transfer.waiting() == []
    assert len(desk.way.sent) == 1


def test_a_store_that_is_out_of_reach_from_here_is_gone_around(desk, place):
    desk.way.breaks = 5
    desk.send("essay.pdf", ESSAY)
    desk.run()
    assert place.kept == {HASH: ESSAY}
    assert len(desk.way.sent) == 2, "tried once more, then in pieces"
    assert "PATCH" in _methods(desk)
    assert desk.transfer.waiting() == []


def test_a_link_that_is_refused_is_asked_anew(lite, s3):
    s3.bucket.offset = s3.bucket.offset.__class__(minutes=11)
    lite.send("essay.pdf", ESSAY)
    lite.transfer.run_once()
    assert _waiting(lite) == [(AGAIN, "waiting")]
    s3.bucket.offset = s3.bucket.offset.__class__()
    lite.run()
    assert s3.kept == {HASH: ESSAY}
    assert s3.refused == ["AccessDenied"]
    assert "PATCH" not in _methods(lite)


@pytest.mark.parametrize(
    "address", ["http://files.example.org/x", "ftp://127.0.0.1/x", "nonsense", "http://127.0.0.1:9/x"]
)
def test_an_address_that_files_are_not_sent_to(lite, s3, address):
    lite.way.address = address
    lite.send("essay.pdf", ESSAY)
    lite.run()
    assert s3.kept == {HASH: ESSAY}
    assert "PATCH" in _methods(lite)


@pytest.mark.parametrize("fault", ["cut", "html", "redirect", "503"])
def test_a_store_that_answers_oddly_is_tried_again(lite, s3, fault):
    lite.send("essay.pdf", ESSAY)
    s3.bucket.faults[:] = [fault]
    lite.run()
    assert s3.kept == {HASH: ESSAY}
    assert len(lite.way.sent) == 2
    assert "PATCH" not in _methods(lite)
    assert not any("elsewhere" in one for one in s3.bucket.asked)


def test_after_a_start_what_was_on_its_way_goes_by_another_link(desk, place):
    desk.way.held = threading.Event()
    desk.send("essay.pdf", ESSAY)
    assert desk.transfer.run_once(), "syncing has its turn while it goes on"
    assert _waiting(desk) == [(DIRECT, "waiting")]
    desk.transfer.close()
    desk.way.held = None
    desk.opened()
    desk.run()
    assert place.kept == {HASH: ESSAY}
    assert len(desk.way.sent) == 2


def test_after_a_start_what_was_sent_isnt_sent_again(desk, place):
    desk.send("essay.pdf", ESSAY)
    while _waiting(desk) != [(SENT, "waiting")]:
        assert desk.transfer.run_once()
    assert len(place.landed) == 1
    desk.opened()
    desk.run()
    assert place.kept == {HASH: ESSAY}
    assert len(desk.way.sent) == 1


def test_what_was_sent_and_lost_at_the_store_goes_again(lite, s3):
    lite.send("essay.pdf", ESSAY)
    while _waiting(lite) != [(SENT, "waiting")]:
        assert lite.transfer.run_once()
    s3.held.clear()
    lite.run()
    assert s3.kept == {HASH: ESSAY}
    assert len(lite.way.sent) == 1, "a store that loses what it took isn't asked again"


@pytest.mark.parametrize("nth", range(4))
def test_an_answer_of_the_server_that_is_lost_costs_nothing(lite, s3, nth):
    """Whichever is lost, of beginning, link or look: asked again, the file is there once."""
    lite.send("essay.pdf", ESSAY)
    lite.run_with_a_lost_answer(nth)
    assert s3.kept == {HASH: ESSAY}
    assert lite.transfer.waiting() == []


def test_a_file_can_be_called_off_on_its_way(lite, s3):
    lite.way.held = threading.Event()
    lite.send("essay.pdf", ESSAY)
    mover = threading.Thread(target=lite.transfer.run_once)
    mover.start()
    assert lite.way.under_way.wait(60)
    lite.transfer.call_off("up", [HASH])
    mover.join(60)
    assert not mover.is_alive()
    assert lite.transfer.waiting() == []
    assert s3.held == {}
    assert _methods(lite)[-1] == "DELETE"
    assert not [one for one in threading.enumerate() if one.name == "direct upload"]


def test_calling_off_another_file_holds_nothing_up(lite, s3):
    lite.way.held = threading.Event()
    lite.send("essay.pdf", ESSAY)
    other = lite.send("other.pdf", pdf_of(2_000, seed=2))
    lite.transfer.run_once()
    lite.transfer.call_off("up", [other])
    lite.way.held.set()
    lite.run()
    assert s3.kept == {HASH: ESSAY}
    assert len(lite.way.sent) == 1


def test_what_the_server_puts_aside_is_told(lite, s3, monkeypatch):
    monkeypatch.setattr(
        "server.core.file_scan.NoScanner.scan", lambda _self, _part: Scanned(ScanVerdict.INFECTED, "Eicar-Test")
    )
    lite.send("essay.pdf", ESSAY)
    lite.run()
    (told,) = lite.transfer.waiting()
    assert (told.state, told.code) == (REFUSED, "file_infected")
    assert "Eicar-Test" in told.sentence
    assert s3.held == {}


def test_what_came_otherwise_is_begun_again(lite, s3):
    lite.send("essay.pdf", ESSAY)
    while _waiting(lite) != [(SENT, "waiting")]:
        assert lite.transfer.run_once()
    s3.held.update(dict.fromkeys(s3.landed, b"cut short"))
    lite.run()
    assert s3.kept == {HASH: ESSAY}
    assert len(lite.way.sent) == 2


def test_what_has_come_in_pieces_goes_on_in_pieces(lite, s3):
    lite.way.breaks = 2
    lite.send("essay.pdf", ESSAY)
    while "PATCH" not in _methods(lite):
        lite.transfer.run_once()
    assert _waiting(lite) == [(PIECES, "waiting")]
    lite.transfer.queue.remove(lite.transfer.waiting()[0])
    lite.send("essay.pdf", ESSAY)
    lite.transfer.run_once()
    assert _waiting(lite) == [(PIECES, "waiting")]
    lite.run()
    assert s3.kept == {HASH: ESSAY}


def test_a_server_that_answers_no_link_gets_pieces(lite, s3):
    real = lite.client.upload

    def odd(path, *given, **more):
        reply = real(path, *given, **more)
        return type(reply)(reply.status, reply.headers, b"{}") if path.endswith("/link") else reply

    lite.client.upload = odd
    lite.send("essay.pdf", ESSAY)
    lite.run()
    assert s3.kept == {HASH: ESSAY}
    assert lite.way.sent == []


@pytest.mark.parametrize("body", [b"{}", b"<html>", b'{"data": {"state": "receiving"}}'])
def test_an_odd_answer_at_the_end_is_asked_for_again(lite, s3, body):
    real = lite.client.upload

    def odd(path, *given, **more):
        reply = real(path, *given, **more)
        return type(reply)(reply.status, reply.headers, body) if path.endswith("/arrived") else reply

    lite.client.upload = odd
    lite.send("essay.pdf", ESSAY)
    with pytest.raises(ApiError) as problem:
        lite.run()
    assert problem.value.code == "reply_not_understood"
    assert _waiting(lite) == [(SENT, "waiting")]
    lite.client.upload = real
    lite.run()
    assert s3.kept == {HASH: ESSAY}
    assert len(lite.way.sent) == 1


def test_the_line_stops_at_its_next_piece_and_follows_nothing(s3):
    address = s3.settings["s3_endpoint"]
    link = StoreLink(method="PUT", url=f"{address}/campus/x", headers={}, fields={})
    cancel = Cancel()
    told = []

    def progress(done, size):
        told.append((done, size))
        cancel()

    with pytest.raises(Exception, match="Stopped") as problem:
        StoreLine().send(link, iter([b"a" * 10, b"b" * 10]), 20, progress, cancel)
    assert problem.value.code == "cancelled"
    assert told == [(10, 20)]
    with pytest.raises(ApiError) as problem:
        StoreLine().send(link, iter([b"x"]), 1)
    assert (problem.value.code, problem.value.status) == ("store_refused", 403)


def test_a_form_is_what_a_provider_reads():
    with provider("cloudinary") as place:
        requests.get(place.settings["cloudinary_url"], timeout=60)
        link = StoreLink(
            method="POST",
            url=f"{place.settings['cloudinary_url']}/v1_1/campus/raw/upload",
            headers={},
            fields={"public_id": landing_name("o", "u"), "api_key": "1234", "signature": "0" * 40},
        )
        with pytest.raises(ApiError) as problem:
            StoreLine().send(link, iter([b"x\r\n--x"]), 6)
        assert problem.value.status == 401
        assert place.refused[-1] == "Invalid Signature"
