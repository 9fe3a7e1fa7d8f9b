"""A second cohort, a stand-in and short ways to plan, for tests of what the server makes of plans."""

from dataclasses import dataclass
from typing import Any

import pytest

from server.core.batch import Origin
from shared.core.command import Command
from shared.core.outcome import Outcome
from shared.people.vocabulary import Role
from shared.timetable.commands import TYPE_VERSIONS
from tests.institute import Device, Institute

DAY = "2026-11-23"  # the Monday after the institute's Friday


def at(clock: str, day: str = DAY) -> str:
    """`at("08:30")`: an instant of the Monday."""
    return f"{day}T{clock}:00.000Z"


class Office(Device):
    """Someone who writes over REST: those commands have no device of their own."""

    def command(self, kind: str, target: str, payload: dict[str, Any], base: str | None = None, **more: Any) -> Command:
        """Return a command, not sent yet."""
        return super().command(kind, target, payload, base, device_id=self.institute.parts.new_id(), **more)


@dataclass
class Planning:
    """The small institute with Film 1 beside Photography 1, and a registrar who plans over REST and on a device."""

    institute: Institute
    film_id: str
    office: Office
    laptop: Device

    @property
    def photo_id(self) -> str:
        """Photography 1, taught by Ama and Kofi."""
        return self.institute.cohort_id

    def person(self, key: str) -> str:
        """Return the id of someone with a device."""
        return self.institute.devices[key].actor.person_id

    def do(
        self, kind: str, payload: dict[str, Any], target: str = "", by: Device | None = None, **more: Any
    ) -> Outcome:
        """Send one command of the present version, from the office over REST unless someone else is named."""
        version = {"type_version": TYPE_VERSIONS[kind]} | more
        return (by or self.office).do(kind, target or self.institute.parts.new_id(), payload, **version)

    def plan(self, start: str = "08:30", end: str = "10:00", by: Device | None = None, **more: Any) -> Outcome:
        """Plan a session of Film 1 on the Monday."""
        payload = {"cohort_id": self.film_id, "starts_at": at(start), "ends_at": at(end), **more}
        return self.do("PlanClassSession", payload, by=by)

    def edit(self, session_id: str, by: Device | None = None, despite_clash: bool = False, **changes: Any) -> Outcome:
        """Change fields of a session as it is now."""
        body = self.row("class_session", session_id)
        fields = {name: {"old": body[name], "new": value} for name, value in changes.items()}
        payload = {"changes": fields, "despite_clash": despite_clash}
        return self.do("EditClassSession", payload, session_id, by, base=body["revision"])

    def series(self, by: Device | None = None, target: str = "", **more: Any) -> Outcome:
        """Plan Film 1 each Monday and Wednesday at 8 for three weeks."""
        payload = {
            "cohort_id": self.film_id,
            "rule": "FREQ=WEEKLY;BYDAY=MO,WE",
            "starts_at_local": f"{DAY}T08:00",
            "minutes": 90,
            "time_zone": "Africa/Accra",
            "until": "2026-12-11",
            **more,
        }
        return self.do("PlanSessionSeries", payload, target, by)

    def edit_series(self, series_id: str, from_day: str = DAY, despite_clash: bool = False, **changes: Any) -> Outcome:
        """Change fields of a series from a day on."""
        body = self.row("session_series", series_id)
        fields = {name: {"old": body.get(name), "new": value} for name, value in changes.items()}
        payload = {"changes": fields, "from_day": from_day, "despite_clash": despite_clash}
        return self.do("EditSessionSeries", payload, series_id, base=body["revision"])

    def rows(self, sql: str, **places: Any) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with self.institute.parts.database.read() as db:
            return [tuple(row) for row in db.rows(sql, **places)]

    def row(self, kind: str, row_id: str) -> dict[str, Any]:
        """Return a row as devices have it from the feed."""
        import orjson

        sql = "SELECT entry FROM feed_row WHERE kind = :kind AND entity_id = :id"
        (entry,) = self.rows(sql, kind=kind, id=row_id)
        body: dict[str, Any] = orjson.loads(entry[0])["body"]
        return body

    def days(self, series_id: str) -> list[tuple[Any, ...]]:
        """Return (start, state) of a series' sessions."""
        sql = "SELECT starts_at, state FROM class_session WHERE series_id = :id ORDER BY starts_at"
        return [(row[0][:16], row[1]) for row in self.rows(sql, id=series_id)]


@pytest.fixture
def planning(institute: Institute) -> Planning:
    """The small institute with a second cohort, on SQLite and PostgreSQL in turn."""
    film_id = institute.parts.new_id()
    system = institute.devices["system"]
    kofi = institute.devices["kofi"].actor.person_id
    payload = {"course_id": institute.course_id, "code": "FILM-1", "name": "Film 1", "instructors": [kofi]}
    assert system.do("AddCohort", film_id, payload).verdict == "applied"
    institute.device("yaw", Role.INSTRUCTOR, "Yaw Mensah")
    registrar = institute.devices["registrar"]
    office = Office(institute, registrar.actor, Origin(""))
    return Planning(institute, film_id, office, registrar)
