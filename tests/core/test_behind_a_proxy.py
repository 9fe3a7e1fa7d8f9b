"""Behind a proxy the server believes the addresses that named proxies forward, over real sockets, and nobody else's."""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from server.command_line.serve_command import _config
from server.core.settings import load_settings
from shared.core.errors import CampusError
from tests.serving import server_settings

FORGED, CLIENT, INNER = "198.51.100.66", "203.0.113.9", "127.0.0.1"


@contextmanager
def _serving(folder: Any, app: Any, proxies: tuple[str, ...]) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Serve `app` as `serve` would, plain and on loopback; gives the port and whom each request came from."""
    seen: list[tuple[str, str]] = []

    async def noting(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            seen.append((scope["client"][0], scope["scheme"]))
        await app(scope, receive, send)

    config = _config(server_settings(folder, trusted_proxies=proxies, plain_http=True), None)
    config.app, config.factory, config.lifespan = noting, False, "off"
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1], seen
        finally:
            server.should_exit = True
            thread.join(60)


def _asked(port: int, *forwarded: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.putrequest("GET", "/health/live")
    for one in forwarded:
        line.putheader("X-Forwarded-For", one)
    line.putheader("X-Forwarded-Proto", "https")
    line.endheaders()
    status = line.getresponse().status
    line.close()
    return status


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        # Nobody is named: whatever is said, the line's own end counts, and it is plain.
        ((), (CLIENT,), (INNER, "http")),
        # Another proxy is named than the one that speaks.
        (("10.0.0.2",), (CLIENT,), (INNER, "http")),
        # The proxy on this machine is named, by address or by network.
        ((INNER,), (CLIENT,), (CLIENT, "https")),
        (("127.0.0.0/8",), (CLIENT,), (CLIENT, "https")),
        # What a client wrote itself stands before what the proxy added: the last that no proxy of ours is counts.
        ((INNER,), (f"{FORGED}, {CLIENT}",), (CLIENT, "https")),
        ((INNER,), (FORGED, CLIENT), (CLIENT, "https")),
        ((INNER, "10.0.0.2"), (f"{FORGED}, {CLIENT}, 10.0.0.2",), (CLIENT, "https")),
    ],
)
def test_who_asks_is_told_by_named_proxies_alone(
    sqlite_server: Any, tmp_path: Any, proxies: tuple[str, ...], forwarded: tuple[str, ...], seen: tuple[str, str]
) -> None:
    with _serving(tmp_path / "served", sqlite_server.app, proxies) as (port, found):
        assert _asked(port, *forwarded) == 200
    assert found == [seen]


@pytest.mark.parametrize("word", ["*", "0.0.0.0/0", "::/0", "proxy.example", "10.0.0.300", "10.0.0.1/8"])
def test_a_proxy_is_named_by_its_address_and_never_everybody(word: str) -> None:
    with pytest.raises(CampusError) as refusal:
        load_settings(given={"trusted_proxies": [word]})
    assert refusal.value.code == "settings_invalid"
    assert "trusted_proxies" in refusal.value.message
