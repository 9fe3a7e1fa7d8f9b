"""Answers with people's data are kept by nobody on their way, and addresses are believed from named proxies alone."""

import asyncio

import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from server.command_line.serve_command import _config
from tests.serving import server_settings


def test_no_answer_may_be_kept_without_asking_again(sqlite_server):
    sqlite_server.add_person("ama")
    signed_in = sqlite_server.sign_in("ama")
    token = signed_in.data["access_token"]
    assert signed_in.headers["cache-control"] == "no-store"
    for path in ("/api/v1/auth/me", "/api/v1/users", "/api/v1/search?q=ama", "/api/v1/nowhere"):
        told = sqlite_server.get(path, token)
        assert told.headers.get("cache-control", "no-store") in {"no-store", "private, no-cache"}, path
        assert "public" not in told.headers.get("cache-control", "")


@pytest.mark.parametrize(
    ("proxies", "seen"), [((), "10.0.0.1"), (("10.0.0.1",), "203.0.113.9"), (("10.0.0.2",), "10.0.0.1")]
)
def test_a_forwarded_address_counts_from_a_named_proxy_alone(tmp_path, proxies, seen):
    config = _config(server_settings(tmp_path, trusted_proxies=proxies), None)
    assert config.proxy_headers is bool(proxies)
    found = []

    async def app(scope, _receive, _send):
        found.append(scope["client"][0])

    wrapped = ProxyHeadersMiddleware(app, config.forwarded_allow_ips) if config.proxy_headers else app
    scope = {
        "type": "http",
        "client": ("10.0.0.1", 9),
        "scheme": "http",
        "headers": [(b"x-forwarded-for", b"203.0.113.9")],
    }
    asyncio.run(wrapped(scope, None, None))
    assert found == [seen]
