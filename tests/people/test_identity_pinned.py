"""A provider is asked at the address that was checked: a name that leads elsewhere the next moment gains nothing."""

import http.server
import socket
import ssl
import threading
from collections.abc import Iterator

import pytest
import requests
import trustme

from server.people.identity_outbound import Outbound
from server.people.identity_pinned import pinned_session
from shared.core.errors import CampusError

HOST = "login.provider.test"


class _Says(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = self.headers["Host"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def port(authority: trustme.CA) -> Iterator[int]:
    """A server with a certificate for HOST on this machine, where no name leads."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    server = http.server.HTTPServer(("127.0.0.1", 0), _Says)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    # What a refused certificate makes of the server's side is no news.
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a refused handshake is no news
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


def ask(authority: trustme.CA, url: str) -> str:
    with pinned_session(HOST, "127.0.0.1") as session, authority.cert_pem.tempfile() as trusted:
        session.verify = trusted
        return session.get(url, timeout=60).text


def test_the_connection_goes_to_the_address_and_the_name_is_told(authority, port) -> None:
    assert ask(authority, f"https://{HOST}:{port}/x") == f"{HOST}:{port}"


def test_the_certificate_is_the_names_own(authority, expect_log, port) -> None:
    expect_log("urllib3.connection: WARNING: Certificate did not match")
    with pinned_session("other.test", "127.0.0.1") as session, authority.cert_pem.tempfile() as trusted:
        session.verify = trusted
        with pytest.raises(requests.exceptions.SSLError):
            session.get(f"https://other.test:{port}/", timeout=60)


def test_no_other_host_and_no_plain_http_in_such_a_session(authority, port) -> None:
    with pytest.raises(requests.exceptions.InvalidURL):
        ask(authority, f"https://other.test:{port}/")
    with pytest.raises(requests.exceptions.InvalidSchema):
        ask(authority, f"http://{HOST}:{port}/")


def test_a_name_that_changes_after_the_check_leads_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    asked: list[tuple[str, int]] = []

    def connect(place: tuple[str, int], *_: object, **__: object) -> socket.socket:
        asked.append(place)
        raise OSError

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    outbound = Outbound(resolve=lambda _host, _port: next(answers))
    with pytest.raises(CampusError) as told:
        outbound.get(f"https://{HOST}/.well-known/openid-configuration")
    assert told.value.code == "provider_away"
    assert asked == [("93.184.216.34", 443)]
    assert next(answers) == ["127.0.0.1"], "the name was looked up once"


@pytest.mark.parametrize("found", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], [], ["::1"], ["169.254.169.254"]])
def test_a_name_that_leads_inside_is_refused_before_anything_is_sent(found: list[str]) -> None:
    with pytest.raises(CampusError) as told:
        Outbound(resolve=lambda _host, _port: found).get(f"https://{HOST}/")
    assert told.value.code == "provider_address"
