"""A server with a planned cohort, an office, an instructor and a student, asked over HTTP."""

from typing import Any

import pytest

from tests.serving import Answer, TestServer

DAY = "2026-11-23"


class PlannedServer:
    """Photography 1 and Film 1 of Ama; Esi is in Photography 1, Grace is the registrar."""

    def __init__(self, server: TestServer) -> None:
        self.server = server
        self.people = {
            name: server.add_person(name, (role,), number=f"N-{name}")
            for name, role in (("grace", "registrar"), ("ama", "instructor"), ("yaw", "instructor"), ("esi", "student"))
        }
        self.tokens: dict[str, str] = {}
        course = self.do("AddCourse", {"code": "PHOTO", "title": "Photography"})
        self.cohorts = {
            code: self.do(
                "AddCohort", {"course_id": course, "code": code, "name": name, "instructors": [self.people["ama"]]}
            )
            for code, name in (("PHOTO-1", "Photography 1"), ("FILM-1", "Film 1"))
        }
        self.do("EnrolPerson", {"cohort_id": self.photo, "person_id": self.people["esi"]})

    @property
    def photo(self) -> str:
        return self.cohorts["PHOTO-1"]

    @property
    def film(self) -> str:
        return self.cohorts["FILM-1"]

    def do(self, kind: str, payload: dict[str, Any]) -> str:
        made = self.server.new_id()
        outcome = self.server.do(self.server.command(kind, made, payload))
        assert outcome.verdict == "applied", outcome
        return made

    def token(self, name: str) -> str:
        if name and name not in self.tokens:
            self.tokens[name] = self.server.sign_in(name).data["access_token"]
        return self.tokens.get(name, "")

    def ask(self, method: str, path: str, body: Any = None, by: str = "grace", **headers: str) -> Answer:
        return self.server.ask(method, f"/api/v1/{path}", body, self.token(by), **headers)

    def send_file(self, path: str, content: bytes, by: str = "grace") -> Answer:
        headers = {"authorization": f"Bearer {self.token(by)}", "content-type": "text/calendar"}
        return self.server.wire.ask("POST", f"/api/v1/{path}", content, headers)

    def session(self, start: str = "08:30", end: str = "10:00", family: str = "class-sessions", **more: Any) -> Answer:
        times = {"starts_at": f"{DAY}T{start}:00.000Z", "ends_at": f"{DAY}T{end}:00.000Z"}
        return self.ask("POST", family, {"cohort_id": self.photo, **times, **more})

    def change(self, session: dict[str, Any], **fields: Any) -> Answer:
        return self.ask("PATCH", f"class-sessions/{session['id']}", fields, if_match=f'"{session["revision"]}"')


@pytest.fixture
def planned(server: TestServer) -> PlannedServer:
    """On SQLite and on PostgreSQL."""
    return PlannedServer(server)


@pytest.fixture
def small(sqlite_server: TestServer) -> PlannedServer:
    """On SQLite alone."""
    return PlannedServer(sqlite_server)
