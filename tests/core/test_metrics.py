"""The counters for Prometheus: what they count, who may read them, and that several processes count together."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from server.app import create_app
from server.core.metrics import counted_lines
from tests.serving import TestServer, server_settings

TOKEN = "a long word for the scraper"
ROOT = Path(__file__).resolve().parents[2]
ALERTS = ROOT / "docs" / "alerts.rules.yml"


@pytest.fixture
def counting(tmp_path, migrated_url):
    server = TestServer(server_settings(tmp_path, migrated_url, metrics_token=TOKEN))
    yield server
    server.close()


def _read(server, token=TOKEN):
    return server.ask("GET", "/metrics", authorization=f"Bearer {token}")


def _values(server):
    told = _read(server)
    assert told.status == 200
    assert told.headers["content-type"].startswith("text/plain")
    families = text_string_to_metric_families(told.body.decode())
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in families for one in family.samples}


def test_nobody_reads_them_without_the_token(counting):
    assert counting.get("/metrics").status == 404
    assert _read(counting, "guessed").status == 404
    assert _read(counting, "é").status == 404
    without = create_app(counting.settings.model_copy(update={"metrics_token": None}))
    assert "/metrics" not in {getattr(route, "path", "") for route in without.router.routes}
    without.state.context.close()


def test_requests_are_counted_by_their_route_and_not_by_what_is_in_it(counting):
    counting.add_person("ama")
    token = counting.sign_in("ama").data["access_token"]
    for _ in range(3):
        counting.get(f"/api/v1/users/{counting.new_id()}", token)
    counting.get("/api/v1/nowhere/at/all")
    counted = _values(counting)
    row = ("campusdesk_requests_total", (("method", "GET"), ("route", "/api/v1/users/{row_id}"), ("status", "404")))
    assert counted[row] == 3
    elsewhere = [key for key in counted if key[0] == "campusdesk_requests_total" and "elsewhere" in str(key[1])]
    assert len(elsewhere) == 1
    assert counted["campusdesk_request_seconds_count", (("route", "/api/v1/users/{row_id}"),)] == 3
    assert counted["campusdesk_database_seconds_count", (("kind", "read"),)] > 0
    assert counted["campusdesk_database_seconds_count", (("kind", "write"),)] > 0
    assert not any(counting.slug in str(key) for key in counted), "nothing in them is anybody's"


def test_failed_sign_ins_are_counted(counting):
    counting.add_person("ama")
    with counted_lines(counting.context.metrics):
        counting.sign_in("ama", password="not the right one")
        counting.sign_in("ama")
    counted = _values(counting)
    kinds = {
        dict(key[1])["kind"]: value for key, value in counted.items() if key[0] == "campusdesk_security_events_total"
    }
    assert kinds["signed_in"] == 1
    assert sum(kinds.values()) >= 2


def test_alerts_name_counters_that_there_are(counting):
    counting.get("/api/health")
    told = _read(counting).body.decode()
    names = set(re.findall(r"^# TYPE (\w+)", told, re.MULTILINE))
    used = set(re.findall(r"\b(campusdesk_\w+?)(?:_bucket|_count|_sum)?\b(?=[\[{ )])", ALERTS.read_text()))
    assert used
    assert used <= names | {f"{name}_total" for name in names}, used - names


def test_processes_count_together(tmp_path):
    work = (
        "from server.core.metrics import Metrics; import time; Metrics(time.monotonic).request('GET', '/x', 200, 0.1)"
    )
    show = "from server.core.metrics import Metrics; import time; print(Metrics(time.monotonic).answer()[0].decode())"
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", work], check=True, env=environment, cwd=ROOT)
    told = subprocess.run(
        [sys.executable, "-c", show], check=True, env=environment, cwd=ROOT, capture_output=True, text=True
    ).stdout
    assert 'campusdesk_requests_total{method="GET",route="/x",status="200"} 2.0' in told
