"""The security log: what it tells, who reads it, that it only grows, and that its export runs in no spreadsheet."""

import csv
import io
import logging
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.people.security_list import JOBS
from server.people.security_log import SecurityEvent, put_event
from shared.core.spreadsheet import as_text_cell
from shared.people.security import SecurityKind
from tests.serving import TestServer

EVENTS = "/api/v1/security/events"


@pytest.fixture
def admin(server: TestServer) -> str:
    server.add_person("boss", given_name="=HYPERLINK(1)")
    return str(server.sign_in("boss").data["access_token"])


def _kinds(server: TestServer, token: str, **wanted: str) -> list[str]:
    query = "&".join(f"{name}={value}" for name, value in wanted.items())
    return [one["kind"] for one in reversed(server.get(f"{EVENTS}?limit=200&{query}", token).data)]


def test_the_log_tells_who_came_in_who_didnt_and_what_changed(
    server: TestServer, admin: str, expect_log: Any, caplog: Any
) -> None:
    caplog.set_level(logging.INFO, "campusdesk.security")
    ama = server.add_person("ama", ("registrar",), email="ama@example.org")
    token = server.sign_in("ama").data["access_token"]
    server.get(EVENTS, token)
    server.get(EVENTS, token)
    for _ in range(5):
        server.sign_in("ama", password="a wrong secret word")
    expect_log("locked-out sign-in")
    assert server.sign_in("ama").code == "locked_out"
    server.clock.advance(1)  # what happens in one millisecond has no order of its own
    server.post("/api/v1/auth/unlock", {"person_id": ama}, admin)
    server.post("/api/v1/users/roles", {"ids": [ama], "roles": ["cashier"]}, admin)
    server.post("/api/v1/users/state", {"ids": [ama], "state": "suspended"}, admin)
    kinds = _kinds(server, admin, person_id=ama)
    assert kinds[:2] == ["signed_in", "access_denied"]
    assert kinds[2:7] == ["sign_in_failed"] * 5
    assert kinds[7] == "locked_out"
    assert {"unlocked", "state_changed", "sign_in_ended"} <= set(kinds[8:])
    shown = server.get(f"{EVENTS}?kind=access_denied", admin).data[0]
    assert shown["details"] == {"code": "not_allowed", "request": "GET /api/v1/security/events"}
    assert shown["person_name"] == "Ama"
    assert "a wrong secret word" not in server.get(f"{EVENTS}?limit=200", admin).body.decode()
    lines = [record for record in caplog.records if record.name == "campusdesk.security"]
    assert any(
        record.getMessage() == "security: sign_in_failed" and record.__dict__["person_id"] == ama for record in lines
    )
    assert "a wrong secret word" not in str([record.__dict__ for record in lines])


def test_a_change_is_told_from_what_it_was_whatever_the_device_says(server: TestServer, admin: str) -> None:
    ama = server.add_person("ama", ("registrar",))
    revision = server.get(f"/api/v1/users/{ama}", admin).data["revision"]
    untrue = {"roles": ["cashier"], "old_roles": ["administrator"]}
    assert server.do(server.command("SetPersonRoles", ama, untrue, revision)).verdict == "applied"
    server.post("/api/v1/users/state", {"ids": [ama], "state": "suspended"}, admin)
    told = {one["kind"]: one["details"] for one in server.get(f"{EVENTS}?limit=200", admin).data}
    assert told["roles_changed"] == {"from": "registrar", "to": "cashier"}
    assert told["state_changed"] == {"from": "active", "to": "suspended"}


def test_filters_and_pages(server: TestServer, admin: str) -> None:
    server.add_person("ama", ("registrar",))
    for _ in range(3):
        server.sign_in("ama", password="wrong")
    server.clock.advance(3_600)
    server.sign_in("ama")
    admin = str(server.sign_in("boss").data["access_token"])
    assert _kinds(server, admin, kind="sign_in_failed") == ["sign_in_failed"] * 3
    assert _kinds(server, admin, since="2026-11-20T09:00:00.000Z") == ["signed_in"] * 2
    assert len(_kinds(server, admin, until="2026-11-20T09:00:00.000Z")) == 4
    answer = server.get(f"{EVENTS}?limit=2&page=2", admin).json
    assert answer["pagination"]["totalCount"] == 6
    assert len(answer["data"]) == 2
    for bad in ("kind=nonsense", "since=yesterday", "person_id=x", "limit=5000", "page=0"):
        assert server.get(f"{EVENTS}?{bad}", admin).code == "invalid"


def test_only_those_who_may_see_it_do_and_only_their_own_institutes(server: TestServer, admin: str) -> None:
    server.add_person("ama", ("registrar",))
    server.add_person("aud", ("auditor",))
    assert server.get(EVENTS).code == "not_signed_in"
    token = server.sign_in("ama").data["access_token"]
    assert server.get(EVENTS, token).code == "not_allowed"
    assert server.get(f"{EVENTS}/export", token).code == "not_allowed"
    assert server.get(EVENTS, server.sign_in("aud").data["access_token"]).status == 200
    other = server.add_organisation("other", "Other School")
    server.add_person("eve", organisation_id=other)
    server.slug = "other"
    assert _kinds(server, server.sign_in("eve").data["access_token"]) == ["signed_in"]


def test_the_export_is_csv_without_formulas_and_is_itself_written_down(server: TestServer, admin: str) -> None:
    server.wire.ask(
        "POST",
        "/api/v1/auth/sign-in",
        b'{"organisation":"km-media","name":"boss","password":"wrong","device":'
        b'{"id":"01a1f7f8-3000-7672-874a-d4a8ff8edb2f","name":"x","public_key":"'
        + b"A" * 43
        + b'=","install_epoch":1}}',
        {"user-agent": '=cmd|"/c calc"!A1'},
    )
    answer = server.get(f"{EVENTS}/export", admin)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="security-log.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))
    assert [row["kind"] for row in rows] == ["sign_in_failed", "signed_in"]
    assert rows[0]["user_agent"] == '\'=cmd|"/c calc"!A1'
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert _kinds(server, admin, kind="exported") == ["exported"]


def test_the_log_only_grows(server: TestServer, admin: str) -> None:
    database = server.context.database
    for statement in (
        "UPDATE security_event SET kind = 'signed_out' WHERE organisation_id = :o",
        "DELETE FROM security_event WHERE organisation_id = :o",
    ):
        with pytest.raises(Exception, match="the security log only grows"):
            database.write(lambda db, sql=statement: db.run(sql, o=server.organisation_id))
    assert _kinds(server, admin) == ["signed_in"]


def test_old_lines_go_after_a_year_by_themselves(server: TestServer, admin: str) -> None:
    old = SecurityEvent(server.organisation_id, SecurityKind.SIGNED_OUT)
    then = server.clock.now() - timedelta(days=400)
    server.context.database.write(lambda db: put_event(db, server.new_id(), then, old))
    assert _kinds(server, admin) == ["signed_out", "signed_in"]
    assert JOBS[0].run(server.context) == 1
    assert _kinds(server, admin) == ["signed_in"]


@given(st.text())
def test_no_cell_begins_like_a_formula(value: str) -> None:
    cell = as_text_cell(value)
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\0"))
    assert "\0" not in cell
    assert cell.removeprefix("'") == value.replace("\0", "").removeprefix("'")
