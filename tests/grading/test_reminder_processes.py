"""Reminders from several processes at once: `jobs run` as a person types it, and a server beside it."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from server.command_line import main
from server.core.system_clock import SystemClock
from shared.core.clock import instant_text
from tests.architecture.house import ROOT
from tests.postgres import DatabaseUrls
from tests.serving import TestServer, server_settings

STUDENTS = 12


def class_with_work_due_tomorrow(server: TestServer) -> None:
    """A class of twelve with work that nobody has handed in."""

    def do(kind: str, payload: dict[str, Any]) -> str:
        made = server.new_id()
        assert server.do(server.command(kind, made, payload)).verdict == "applied"
        return made

    course = do("AddCourse", {"code": "PHOTO", "title": "Photography"})
    cohort = do("AddCohort", {"course_id": course, "code": "P1", "name": "Photography 1"})
    for at in range(STUDENTS):
        person = do("AddPerson", {"given_name": "Student", "number": str(at)})
        do("EnrolPerson", {"cohort_id": cohort, "person_id": person})
    due = instant_text(server.clock.now() + timedelta(hours=20))
    payload = {"cohort_id": cohort, "title": "Portraits", "takes": ["text"], "due_at": due, "state": "open"}
    do("AddAssignment", payload)


def reminders(server: TestServer) -> int:
    with server.context.database.read() as db:
        row = db.one("SELECT count(*) FROM notice WHERE title LIKE 'Portraits is due%'")
    assert row is not None
    return int(row[0])


def surroundings(folder: Path, urls: DatabaseUrls) -> dict[str, str]:
    return {
        "CAMPUSDESK_DATA_DIR": str(folder),
        "CAMPUSDESK_DATABASE_URL": urls.application_url,
        "CAMPUSDESK_DATABASE_OWNER_URL": urls.owner_url,
        "CAMPUSDESK_FIND_OWN_NAMES": "false",
    }


def test_two_processes_at_once_remind_each_student_once(tmp_path: Path, postgres_url: DatabaseUrls) -> None:
    server = TestServer(server_settings(tmp_path, postgres_url), SystemClock())
    class_with_work_due_tomorrow(server)
    words = [sys.executable, "-m", "server.command_line", "jobs", "run", "--json"]
    environment = {**os.environ, **surroundings(tmp_path, postgres_url)}
    running = [subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(2)]
    told = [json.loads(one.communicate(timeout=120)[0])["done"] for one in running]
    assert [one.returncode for one in running] == [0, 0]
    # A process that finds the other one at it leaves the job out.
    assert sum(one.get("reminders", 0) for one in told) == STUDENTS
    assert reminders(server) == STUDENTS
    server.close()


def test_at_a_terminal_it_says_what_was_new(
    tmp_path: Path, database_url: DatabaseUrls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server = TestServer(server_settings(tmp_path, database_url), SystemClock())
    class_with_work_due_tomorrow(server)
    for name, value in surroundings(tmp_path, database_url).items():
        monkeypatch.setenv(name, value)
    assert main(["jobs", "run"]) == 0
    assert f"reminders: {STUDENTS} new" in capsys.readouterr().out
    assert main(["jobs", "run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["done"]["reminders"] == 0
    server.close()


def test_without_tables_it_says_what_to_do(
    tmp_path: Path, database_url: DatabaseUrls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in surroundings(tmp_path, database_url).items():
        monkeypatch.setenv(name, value)
    assert main(["jobs", "run"]) == 1
    assert capsys.readouterr().err
