"""The outermost layer and the one shape of answers: over the wire."""

import ast
import gzip

import orjson
import pytest
from fastapi import APIRouter, Request
from starlette.responses import Response

from server.app import create_app
from server.core.errors import STATUS
from server.core.language import Languages
from server.core.limits import Limiter
from server.core.responses import answer, pagination, version_of
from server.core.settings import DEFAULT_LIMITS, LimitRule
from shared.core.clock import ManualClock
from shared.core.errors import CampusError
from shared.core.text import text, use_translator
from tests.architecture.house import modules
from tests.serving import BytesTransport, TestServer, server_settings


@pytest.fixture
def wire(sqlite_server):
    """A server with a few routes of our own beside the real ones."""
    router = APIRouter()

    @router.get("/api/v1/broken")
    def broken() -> Response:
        message = "canary in a traceback"
        raise RuntimeError(message)

    @router.get("/api/v1/refused")
    def refused() -> Response:
        raise CampusError("stale", text("Somebody changed it."), {"retry_after": 1.2})

    @router.get("/api/v1/large")
    def large(request: Request) -> Response:
        body = orjson.dumps(["row"] * 1000)
        return answer(request, body, page=pagination(2, 10, 25), etag=version_of(body))

    @router.post("/api/v1/echo")
    async def echo(request: Request) -> Response:
        return answer(request, {"bytes": len(await request.body())})

    sqlite_server.app.include_router(router)
    return sqlite_server


def test_every_answer_carries_its_number_and_the_security_headers(wire):
    first, second = wire.get("/api/health"), wire.get("/api/v1/nowhere")
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    for told in (first.headers, second.headers):
        assert told["content-type"] == "application/json", "which is UTF-8 and knows no charset"
        assert told["x-content-type-options"] == "nosniff"
        assert told["x-frame-options"] == "SAMEORIGIN"
        assert told["referrer-policy"] == "origin-when-cross-origin"
        assert told["permissions-policy"] == "camera=(), microphone=(), geolocation=()"
        assert told["x-dns-prefetch-control"] == "on"
        assert "default-src 'none'" in told["content-security-policy"]
        assert "strict-transport-security" not in told, "HSTS belongs to TLS"


def test_an_error_has_the_one_shape(wire):
    told = wire.get("/api/v1/refused")
    assert told.status == 412
    assert told.json == {
        "error": "Somebody changed it.",
        "code": "stale",
        "details": {"retry_after": 1.2},
        "request_id": told.headers["x-request-id"],
    }
    assert told.headers["retry-after"] == "2"
    assert told.headers["content-type"] == "application/json"


def test_a_fault_of_ours_tells_a_number_and_nothing_else(wire, expect_log):
    expect_log("A request met a fault")
    told = wire.get("/api/v1/broken")
    assert (told.status, told.code) == (500, "server_fault")
    assert told.json["request_id"] in told.json["error"]
    assert b"canary" not in told.body


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nowhere", 404, "not_found"),
        ("GET", "/docs", 404, "not_found"),
        ("DELETE", "/api/health", 405, "method_not_allowed"),
        ("GET", "/api/v1/organisations/public?slug=a&slug=b", 400, "parameter_repeated"),
    ],
)
def test_addresses_that_dont_do(wire, method, path, status, code):
    told = wire.ask(method, path)
    assert (told.status, told.code) == (status, code)


def test_what_is_no_json_is_malformed(wire):
    told = wire.wire.ask("POST", "/api/v1/auth/sign-in", b"{not json", {})
    assert (told.status, told.code) == (400, "malformed")


def test_a_body_that_is_too_large_is_refused_before_it_is_read(wire):
    told = wire.wire.ask("POST", "/api/v1/echo", b"x", {"content-length": "8000001"})
    assert (told.status, told.code) == (413, "too_large")


def test_a_body_that_grows_beyond_what_was_said_is_refused(wire):
    told = wire.wire.ask("POST", "/api/v1/echo", b"x" * 8_000_001, {"content-length": "5"})
    assert (told.status, told.code) == (413, "too_large")
    told = wire.wire.ask("POST", "/api/v1/auth/sign-in", b"x" * 8_000_001, {"content-length": "5"})
    assert (told.status, told.code) == (413, "too_large")


def test_imports_may_be_larger(wire):
    assert wire.wire.ask("POST", "/api/v1/imports/x/y/z", b"", {"content-length": "9000000"}).status == 404


def test_a_page_says_where_it_stands(wire):
    told = wire.get("/api/v1/large").json
    assert told["pagination"] == {
        "page": 2, "limit": 10, "totalCount": 25, "totalPages": 3, "hasNext": True, "hasPrev": True,
    }  # fmt: skip
    assert pagination(1, 10, 0).model_dump() == {
        "page": 1, "limit": 10, "totalCount": 0, "totalPages": 0, "hasNext": False, "hasPrev": False,
    }  # fmt: skip


def test_large_answers_are_compressed_for_those_who_take_it(wire):
    plain = wire.get("/api/v1/large")
    packed = wire.get("/api/v1/large", accept_encoding="br, gzip")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 10
    assert plain.headers["vary"] == "Accept-Encoding"


def test_who_has_the_version_gets_no_body(wire):
    etag = wire.get("/api/v1/large").headers["etag"]
    told = wire.get("/api/v1/large", if_none_match=f'"other", W/{etag}')
    assert (told.status, told.body, told.headers["etag"]) == (304, b"", etag)
    assert wire.get("/api/v1/large", if_none_match='"other"').status == 200


def test_each_request_leaves_one_line_without_its_secrets(wire, caplog):
    wire.add_person("ama")
    token = wire.sign_in("ama").data["access_token"]
    caplog.clear()
    wire.get("/api/v1/auth/me", token)
    wire.get("/api/health")
    lines = [record for record in caplog.records if record.name == "campusdesk.access"]
    assert [line.path for line in lines] == ["/api/v1/auth/me"]
    assert lines[0].status == 200
    assert lines[0].person_id
    assert token not in caplog.text


# ------------------------------------------------------------------------------------------------------------- limits


def test_anonymous_callers_get_100_in_15_minutes(wire):
    answers = [wire.get("/api/v1/nowhere") for _ in range(101)]
    assert [told.status for told in answers] == [404] * 100 + [429]
    last = answers[-1]
    assert last.code == "too_many_requests"
    assert last.headers["retry-after"] == last.headers["x-ratelimit-reset"] == "900"
    assert last.json["error"].endswith("Try again in 15 minutes.")
    wire.clock.advance(810)
    assert wire.get("/api/v1/nowhere").json["error"].endswith("Try again in 90 seconds.")
    wire.clock.advance(-810)
    assert answers[0].headers["x-ratelimit-limit"] == "100"
    assert answers[0].headers["x-ratelimit-remaining"] == "99"
    wire.clock.advance(900)
    assert wire.get("/api/v1/nowhere").status == 404


def test_a_person_has_a_budget_of_her_own(wire):
    wire.add_person("ama")
    token = wire.sign_in("ama").data["access_token"]
    for _ in range(101):
        wire.get("/api/v1/nowhere")
    told = wire.get("/api/v1/auth/me", token)
    assert (told.status, told.headers["x-ratelimit-limit"]) == (200, "1000")


def test_health_sync_and_sign_in_are_exempt(wire):
    for _ in range(120):
        assert wire.get("/api/health").status == 200
    for path in ("/api/health", "/health/live", "/health/ready"):
        assert "x-ratelimit-limit" not in wire.get(path).headers
    for path in ("/api/v1/sync", "/api/v1/auth/sign-in", "/api/v1/auth/refresh"):
        assert "x-ratelimit-limit" not in wire.post(path, {}).headers


def test_limits_are_settings_by_route_and_role():
    clock = ManualClock()
    rules = [
        LimitRule(path="/"),
        LimitRule(path="/api/v1/x", person=1, roles={"registrar": 3, "cashier": 2}, seconds=10),
    ]
    limiter = Limiter(rules, clock.monotonic)

    def allowed(person, *roles):
        return limiter.ask("/api/v1/x/1", "a", person, roles).allowed

    assert [allowed("p") for _ in range(2)] == [True, False]
    assert [allowed("q", "cashier", "registrar") for _ in range(4)] == [True, True, True, False]
    assert limiter.ask("/api/v1/x", "a", None) is None
    clock.advance(10)
    assert allowed("p")


def test_a_limit_may_be_for_writing_alone():
    """Ten payments are begun in five minutes; looking at them counts elsewhere, and a cashier begins them for many."""
    limiter, begins = Limiter(DEFAULT_LIMITS, ManualClock().monotonic), "/api/v1/online-payments"

    def allowed(who, path=begins, method="POST", *roles):
        return limiter.ask(path, "a", who, roles, method).allowed

    assert [allowed("p") for _ in range(11)] == [True] * 10 + [False]
    assert all(allowed("p", method="GET") for _ in range(20))
    assert all(allowed("p", f"{begins}/x/ask") for _ in range(20))
    assert all(allowed("q", begins, "POST", "cashier") for _ in range(100))


def test_addresses_are_counted_apart():
    limiter = Limiter(DEFAULT_LIMITS, ManualClock().monotonic)
    for _ in range(100):
        limiter.ask("/", "a", None)
    assert limiter.ask("/", "a", None).allowed is False
    assert limiter.ask("/", "b", None).remaining == 99


# ----------------------------------------------------------------------------------------------------------- language


def test_the_readers_language_is_chosen_by_weight():
    languages = Languages({"fr": {"Sign in first.": "Connectez-vous d'abord."}, "tw": {}})
    for header, said in (
        ("fr-FR, en;q=0.5", "Connectez-vous d'abord."),
        ("en, fr;q=0.9", "Sign in first."),
        ("de, fr;q=0.2", "Connectez-vous d'abord."),
        ("fr;q=0, en", "Sign in first."),
        ("fr;q=x", "Sign in first."),
        ("", "Sign in first."),
    ):
        use_translator(languages.translator(header))
        assert text("Sign in first.") == said
    use_translator(None)


# ---------------------------------------------------------------------------------------------------- health and more


def test_health_tells_what_the_server_is(server):
    told = server.get("/api/health").data
    with server.context.database.read() as db:
        epoch = db.one("SELECT server_epoch FROM feed_head")[0]
    assert told["status"] == "ok"
    assert told["protocol"] == 1
    assert told["server_epoch"] == epoch
    assert told["server_time"] == "2026-11-20T08:00:00.000Z"
    assert server.get("/health/live").data == {"status": "live"}
    assert server.get("/health/ready").data == {"status": "ready"}


def test_readiness_misses_the_tables(tmp_path, sqlite_url):
    from server.core.keys import make_keys

    settings = server_settings(tmp_path / "server", sqlite_url)
    make_keys(settings.keys_path)
    app = create_app(settings)
    wire = BytesTransport(app)
    told = wire.ask("GET", "/health/ready")
    assert (told.status, told.code) == (503, "database_not_ready")
    assert "campusdesk-server migrate" in told.json["error"]
    wire.close()
    app.state.context.close()


def test_a_database_that_goes_away_and_comes_back(tmp_path, postgres, copied_database, expect_log):
    from tests.fixtures.servers import _migrated

    urls = copied_database("postgresql", "migrated", _migrated)
    server = TestServer(server_settings(tmp_path / "server", urls, pool_size=2))
    try:
        server.add_person("ama")
        database = urls.owner_url.rpartition("/")[2]
        with postgres.connect() as connection:
            connection.execute(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS false'.encode())
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database])
        expect_log("The database can't be reached")
        told = server.get("/health/ready")
        assert (told.status, told.code) == (503, "database_away")
        assert server.get("/api/health").status == 200
        assert server.sign_in("ama").code == "database_away"
        with postgres.connect() as connection:
            connection.execute(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS true'.encode())
        assert server.get("/health/ready").status == 200
        assert server.sign_in("ama").status == 200
    finally:
        server.close()


def test_the_application_needs_its_keys(tmp_path):
    with pytest.raises(CampusError) as refused:
        create_app(server_settings(tmp_path))
    assert refused.value.code == "not_set_up"


def test_cors_is_for_listed_origins_alone(tmp_path, copied_database):
    from tests.fixtures.servers import _migrated

    urls = copied_database("sqlite", "migrated", _migrated)
    server = TestServer(server_settings(tmp_path / "server", urls, cors_origins=("https://portal.example",)))
    try:
        asked = {"access_control_request_method": "GET"}
        told = server.ask("OPTIONS", "/api/health", origin="https://portal.example", **asked)
        assert told.headers["access-control-allow-origin"] == "https://portal.example"
        told = server.ask("OPTIONS", "/api/health", origin="https://evil.example", **asked)
        assert "access-control-allow-origin" not in told.headers
    finally:
        server.close()


ON_THE_TERMINAL_ALONE = {
    "address_unusable", "backup_newer", "backup_unreadable", "clock_columns_unknown", "database_in_use",
    "database_not_empty", "database_owner_needed", "database_role_too_strong", "database_unknown", "file_exists",
    "file_unreadable", "file_unwritable", "move_failed",
    "passphrase_wrong", "plain_http_refused", "port_taken", "revision_unknown", "same_database", "settings_invalid",
    "workers_refused",
}  # fmt: skip


def test_every_error_word_of_the_server_has_its_status():
    said = {
        node.args[0].value: module.name
        for module in modules("server")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "CampusError"
        if node.args and isinstance(node.args[0], ast.Constant)
    }
    unplaced = {word: name for word, name in said.items() if word not in STATUS}
    assert set(unplaced) - ON_THE_TERMINAL_ALONE == set(), unplaced
