"""Retention: periods that an institute sets, what is too old now, and the nightly removal with its report."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import orjson

from server.core.area import Job
from server.core.context import Context
from server.core.database import Db
from server.core.isolation import each_organisation
from server.core.retention import RetentionClass
from shared.core.actor import Actor
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text

LONGEST = 36_500
_RULES = "SELECT data_class, days FROM retention_rule WHERE organisation_id = :o"
_SET = """
INSERT INTO retention_rule (organisation_id, data_class, days, changed_by, changed_at)
VALUES (:o, :name, :days, :by, :now) ON CONFLICT (organisation_id, data_class) DO UPDATE SET days = excluded.days,
changed_by = excluded.changed_by, changed_at = excluded.changed_at
"""
_REPORT = """
INSERT INTO retention_run (organisation_id, id, trial, asked_by, ran_at, counts)
VALUES (:o, :id, :trial, :by, :now, :counts)
"""
_RUNS = """
SELECT id, trial, ran_at, counts FROM retention_run WHERE organisation_id = :o ORDER BY ran_at DESC, id DESC LIMIT 30
"""


class RetentionService:
    """Stands on the classes that all areas tell of."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._classes: Sequence[RetentionClass] = context.retention

    def shown(self, organisation_id: str) -> list[dict[str, Any]]:
        """Return each class with its period, what is supplied, and how many rows are too old now."""
        days = self._days(organisation_id)
        with self._context.database.read() as db:
            return [
                {
                    "name": one.name,
                    "days": days[one.name],
                    "default": one.days,
                    "least": one.least,
                    "too_old": self._count(db, organisation_id, one, days[one.name]),
                }
                for one in self._classes
            ]

    def set_days(self, actor: Actor, name: str, days: int | None) -> None:
        """Set the period of a class; None keeps it for ever. Raises `not_found`, `period_too_short`."""
        known = self._known(name)
        if days is not None and not known.least <= days <= LONGEST:
            message = text("Keep this for {least} days at least, or for ever.", least=known.least)
            raise CampusError("period_too_short", message, {"least": known.least, "most": LONGEST})
        now = instant_text(self._context.clock.now())
        self._context.database.write(
            lambda db: db.run(_SET, o=actor.organisation_id, name=name, days=days, by=actor.person_id, now=now)
        )

    def trial(self, actor: Actor, wanted: dict[str, int | None]) -> dict[str, int]:
        """Count what periods would remove now, and keep the report. Raises `not_found`."""
        for name in wanted:
            self._known(name)
        days = self._days(actor.organisation_id) | wanted
        with self._context.database.read() as db:
            counts = {one.name: self._count(db, actor.organisation_id, one, days[one.name]) for one in self._classes}
        self._report(actor.organisation_id, counts, trial=True, by=actor.person_id)
        return counts

    def runs(self, organisation_id: str) -> list[dict[str, Any]]:
        """Return the latest 30 reports."""
        with self._context.database.read() as db:
            rows = db.rows(_RUNS, o=organisation_id)
        return [{"id": row[0], "trial": bool(row[1]), "ran_at": row[2], "counts": orjson.loads(row[3])} for row in rows]

    def run(self) -> int:
        """Remove what is too old in every institute; returns how many rows that were."""
        done = 0
        for organisation_id in each_organisation(self._context.database):
            days = self._days(organisation_id)
            counts = {}
            for one in self._classes:
                before = self._before(days[one.name])
                counts[one.name] = one.remove(self._context, organisation_id, before) if before else 0
            if any(counts.values()):
                self._report(organisation_id, counts, trial=False, by=None)
            done += sum(counts.values())
        return done

    def _known(self, name: str) -> RetentionClass:
        known = next((one for one in self._classes if one.name == name), None)
        if known is None:
            raise CampusError("not_found", text("There is no class of data of this name."))
        return known

    def _days(self, organisation_id: str) -> dict[str, int | None]:
        with self._context.database.read() as db:
            own = {str(row[0]): row[1] for row in db.rows(_RULES, o=organisation_id)}
        return {one.name: own.get(one.name, one.days) for one in self._classes}

    def _before(self, days: int | None) -> str | None:
        return None if days is None else instant_text(self._context.clock.now() - timedelta(days=days))

    def _count(self, db: Db, organisation_id: str, one: RetentionClass, days: int | None) -> int:
        before = self._before(days)
        return one.count(db, organisation_id, before) if before else 0

    def _report(self, organisation_id: str, counts: dict[str, int], *, trial: bool, by: str | None) -> None:
        places = {"o": organisation_id, "id": self._context.new_id(), "trial": trial, "by": by}
        now, told = instant_text(self._context.clock.now()), orjson.dumps(counts).decode()
        self._context.database.write(lambda db: db.run(_REPORT, **places, now=now, counts=told))


JOB = Job("retention", 24 * 60 * 60.0, lambda context: RetentionService(context).run())
