"""The caller of the benchmark: keeps to one request at a time, reads whole answers, and stops at an error."""

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks import load


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.seen.append((self.headers["authorization"], body))
        self.send_response(500 if body == b"break" else 200)
        answer = body * 40_000  # in several pieces
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_words):
        return


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.seen = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def _caller(bodies, answers):
    left = iter(bodies)

    def following(answer):
        if answer is not None:
            answers.append(answer)
        body = next(left, None)
        return load.request("POST", "/", body, "secret") if body is not None else None

    return following


def test_each_connection_sends_one_after_another_and_reads_whole_answers(server):
    first, second = [], []
    told = load.run(server.server_address[1], [_caller([b"a", b"b"], first), _caller([b"c"], second)])
    assert (first, second) == ([b"a" * 40_000, b"b" * 40_000], [b"c" * 40_000])
    assert told.answered == len(told.waits) == 3
    assert {token for token, _ in server.seen} == {"Bearer secret"}


def test_a_refusal_ends_the_run(server):
    with pytest.raises(load.RefusedError, match="500"):
        load.run(server.server_address[1], [_caller([b"break", b"a"], [])])


def test_percentiles_are_in_milliseconds():
    told = load.Load(answered=4, seconds=2.0, waits=[0.004, 0.001, 0.003, 0.002])
    assert (told.rate, told.percentile(0.5), told.percentile(0.99)) == (2.0, 3.0, 4.0)


def test_a_repeated_request_ends_after_its_times():
    following = load.repeated(b"x", 2)
    assert [following(None), following(b""), following(b"")] == [b"x", b"x", None]


def test_nobody_at_the_port_is_said_at_once():
    with pytest.raises(ConnectionError):
        asyncio.run(load.drive(9, [load.repeated(b"x", 1)]))
