"""A line that breaks after any byte of a reply is the network's fault, and half a reply is never taken for one."""

import gzip
import socket
import threading

import pytest

from desktop.core.api_errors import ApiError, Sort
from desktop.core.http_transport import HttpTransport
from desktop.core.transport import Request

BODY = b'{"data": {"name": "Ama Addo", "note": "as long as it takes to be cut in the middle of the body"}}'
PACKED = gzip.compress(BODY, mtime=0)


def _reply(*headers, body=BODY, status=b"200 OK"):
    return b"\r\n".join([b"HTTP/1.1 " + status, *headers, b"", b""]) + body


def _length(body=BODY):
    return b"content-length: %d" % len(body)


CHUNKED = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (BODY[:40], BODY[40:])) + b"0\r\n\r\n"
TYPE = b"content-type: application/json"
REPLIES = {
    "length first": _reply(_length(), TYPE, b"x-request-id: 7"),
    "length last": _reply(TYPE, b"x-request-id: 7", _length()),
    "packed": _reply(TYPE, b"content-encoding: gzip", _length(PACKED), body=PACKED),
    "in pieces": _reply(TYPE, b"transfer-encoding: chunked", body=CHUNKED),
    "refused": _reply(TYPE, _length(), status=b"401 Unauthorized"),
}


class _Line:
    """Answers every request with the first `left` bytes of `reply`, then hangs up."""

    def __init__(self, reply):
        self.reply, self.left = reply, 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65_536)
                connection.sendall(self.reply[: self.left])

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(60)


@pytest.fixture(params=REPLIES)
def line(request):
    made = _Line(REPLIES[request.param])
    yield made
    made.close()


def _send(line):
    transport = HttpTransport(line.url)
    try:
        return transport.send(Request("GET", "/", {}))
    finally:
        transport.close()


def test_a_reply_cut_after_any_byte_is_no_reply(line, expect_log):
    expect_log("Failed to parse headers")  # the library says so where a cut falls within a name
    end = len(line.reply)
    if line.reply.endswith(b"0\r\n\r\n"):
        end -= 4  # with the last piece's length all of the body is there
    for left in range(end):
        line.left = left
        with pytest.raises(ApiError) as told:
            _send(line)
        assert (told.value.code, told.value.sort, left) == ("server_unreachable", Sort.NETWORK, left)
    line.left = len(line.reply)
    assert _send(line).body == BODY


@pytest.mark.parametrize(
    "reply",
    [
        _reply(TYPE, b"content-encoding: gzip", _length(PACKED), body=PACKED[:20] + b"\x00" * 8 + PACKED[28:]),
        _reply(TYPE, b"content-encoding: gzip", _length(BODY), body=BODY),
        _reply(TYPE, b"transfer-encoding: chunked", body=b"no length\r\n{}"),
        _reply(TYPE, b"content-length: many"),
        _reply(TYPE, b"content-length:"),
        b"HTTP/1.1 2",
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ],
)
def test_a_body_that_broke_on_its_way_is_the_networks_fault(reply):
    line = _Line(reply)
    line.left = len(reply)
    try:
        with pytest.raises(ApiError) as told:
            _send(line)
        assert (told.value.code, told.value.sort) == ("server_unreachable", Sort.NETWORK)
    finally:
        line.close()


def test_an_answer_without_a_body_is_whole():
    line = _Line(_reply(status=b"204 No Content", body=b""))
    line.left = len(line.reply)
    try:
        assert _send(line).body == b""
    finally:
        line.close()
