"""An institute that takes applications, and short ways to apply, review and decide, for tests of the server."""

import contextlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from server.core.database import Database
from shared.core.outcome import Outcome
from shared.people.vocabulary import Role
from tests.admissions.samples import ANSWERS, CHECKS, CONTENT
from tests.fixtures.databases import sqlite_copy
from tests.institute import Device, Institute, make_institute, make_tables
from tests.postgres import fresh_database

_NUMBERS = itertools.count(2)


@dataclass
class Admissions:
    """The small institute with two reviewers and an applicant, each at a device."""

    institute: Institute
    form_id: str = ""

    @property
    def registrar(self) -> Device:
        """Grace."""
        return self.institute.devices["registrar"]

    @property
    def second(self) -> Device:
        """Another registrar."""
        return self.institute.devices["second"]

    @property
    def applicant(self) -> Device:
        """Novella."""
        return self.institute.devices["novella"]

    def do(self, kind: str, target: str, payload: dict[str, Any], by: Device | None = None, **more: Any) -> Outcome:
        """Send one command, from the registrar unless someone else is named."""
        return (by or self.registrar).do(kind, target, payload, **more)

    def new(self) -> str:
        """Return a new id."""
        return self.institute.parts.new_id()

    def add_form(self, *, publish: bool = True, **more: Any) -> str:
        """Design a form and publish it."""
        payload = {
            "course_id": self.institute.course_id,
            "cohort_id": self.institute.cohort_id,
            "title": "Photography, January intake",
            **CONTENT,
            **more,
        }
        told = self.do("AddApplicationForm", self.new(), payload)
        assert told.verdict == "applied", told
        if publish:
            changes = {"state": {"old": "draft", "new": "published"}}
            published = self.do("EditApplicationForm", told.target_id, {"changes": changes}, base=told.revision)
            assert published.verdict == "applied", published
        return told.target_id

    def start(self, form_id: str = "", by: Device | None = None, person_id: str = "", **more: Any) -> Outcome:
        """Begin an application of the applicant's."""
        who = person_id or (by or self.applicant).actor.person_id
        payload = {"form_id": form_id or self.form_id, "person_id": who, **more}
        return self.do("StartApplication", self.new(), payload, by or self.applicant)

    def save(self, row_id: str, by: Device | None = None, **answers: Any) -> Outcome:
        """Keep answers as they are changed now."""
        seen = self.row("application", row_id)
        changes = {key: {"old": seen["answers"].get(key), "new": value} for key, value in answers.items()}
        return self.do("SaveApplication", row_id, {"changes": changes}, by or self.applicant, base=seen["revision"])

    def sent(self, **more: Any) -> str:
        """Return the id of an application that was filled in and sent."""
        started = self.start(**more)
        assert started.verdict == "applied", started
        row_id = started.target_id
        assert self.save(row_id, more.get("by"), **ANSWERS).verdict == "applied"
        told = self.do("SubmitApplication", row_id, {}, more.get("by") or self.applicant)
        assert told.verdict == "applied", told
        return row_id

    def checked(self, row_id: str) -> None:
        """Do all checks of an application."""
        for check in CHECKS:
            told = self.do("CheckApplication", row_id, {"check": check["key"], "done": True})
            assert told.verdict == "applied", told

    def decide(self, row_id: str, decision: str, by: Device | None = None, **more: Any) -> Outcome:
        """Decide as the application is now."""
        seen = self.row("application", row_id)
        base = more.pop("base", None) or seen["revision"]
        payload = {"decision": decision, "old_state": seen["state"], **more}
        return self.do("DecideApplication", row_id, payload, by, base=base)

    def rows(self, sql: str, **places: Any) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with self.institute.parts.database.read() as db:
            return [tuple(row) for row in db.rows(sql, organisation_id=self.institute.organisation_id, **places)]

    def row(self, kind: str, row_id: str) -> dict[str, Any]:
        """Return a row as devices have it from the feed."""
        sql = "SELECT entry FROM feed_row WHERE organisation_id = :organisation_id AND kind = :kind AND entity_id = :id"
        (entry,) = self.rows(sql, kind=kind, id=row_id)
        body: dict[str, Any] = orjson.loads(entry[0])["body"]
        return body

    def events(self, row_id: str) -> list[str]:
        """Return the kinds of what happened to an application, in order."""
        sql = "SELECT kind FROM application_event WHERE organisation_id = :organisation_id AND application_id = :id"
        sql += " ORDER BY at, revision"
        return [row[0] for row in self.rows(sql, id=row_id)]


def make_admissions(institute: Institute) -> Admissions:
    """Return an institute with a published form without a fee."""
    institute.device("second", Role.REGISTRAR, "Yaw Mensah")
    institute.device("novella", Role.STUDENT, "Novella Costa")
    made = Admissions(institute)
    made.form_id = made.add_form()
    return made


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def file_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for all tests of a file, as the application's role sees it; each test has its own institute."""
    folder, lock = tmp_path_factory.mktemp("admissions"), request.getfixturevalue("run_lock")
    with contextlib.ExitStack() as at_the_end:
        if request.param == "sqlite":
            urls = sqlite_copy("tables", make_tables, folder, lock)
        else:
            postgres = request.getfixturevalue("postgres")
            with lock:
                postgres.create_template("tables", make_tables)
            urls = at_the_end.enter_context(fresh_database(postgres, "tables"))
        opened = Database(urls.application_url, pool_size=4)
        yield opened
        opened.close()


@pytest.fixture
def admissions(file_database: Database) -> Admissions:
    """An institute with a published form, on SQLite and on PostgreSQL in turn."""
    number = next(_NUMBERS)
    return make_admissions(make_institute(file_database, 2, seed=number, slug=f"institute-{number}"))


__all__ = ["Admissions", "admissions", "file_database", "make_admissions"]
