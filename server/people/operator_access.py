"""Breaking the glass: an operator reads an institute's records, for a reason that it keeps, for a time, and told.

There is no other way from the platform to the records of an institute's people: it is read-only, ends by itself, is
written into the institute's own audit log at the beginning and at each look, and its administrators are told at once.
"""

from datetime import timedelta
from typing import Any

import orjson

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.letters import Channel, Letter
from server.core.tables import OPERATORS_NOTES
from server.people.platform_service import Platform, checked_reason, inside, unknown
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.vocabulary import Role

LEAST_REASON = 20
LONGEST = 240
"""Minutes."""
MOST_ROWS = 100
KINDS = ("person", "enrolment", "cohort", "course", "academic_term", "class_session", "assignment", "organisation")
"""What may be looked at: nothing that people wrote to each other, no marks, no files."""
_FIELDS = ("id", "operator_id", "operator_name", "reason", "made_at", "ends_at", "ended_at")
_PUT = """
INSERT INTO operator_access (organisation_id, id, operator_id, operator_name, reason, made_at, ends_at, ended_at)
VALUES (:o, :id, :operator, :name, :reason, :now, :ends, NULL)
"""
_ONE = f"SELECT {', '.join(_FIELDS)} FROM operator_access WHERE organisation_id = :o AND id = :id"  # noqa: S608 - own
_ALL = (
    f"SELECT {', '.join(_FIELDS)} FROM operator_access WHERE organisation_id = :o ORDER BY made_at DESC, id LIMIT 200"  # noqa: S608 - own
)
_NOTES = (
    f"SELECT note FROM audit_link WHERE organisation_id = :o AND {OPERATORS_NOTES} AND made_at >= :since"  # noqa: S608 - own
    " ORDER BY audit_seq LIMIT 20000"
)
_END = "UPDATE operator_access SET ended_at = :now WHERE organisation_id = :o AND id = :id AND ended_at IS NULL"
_ADMINISTRATORS = """
SELECT p.id, p.email FROM person p JOIN person_role r ON r.organisation_id = p.organisation_id AND r.person_id = p.id
WHERE p.organisation_id = :o AND r.role_key = :role AND p.state = 'active' ORDER BY p.id
"""
_ROWS = """
SELECT entry FROM feed_row WHERE organisation_id = :o AND kind = :kind AND deleted = false AND entity_id > :after
ORDER BY entity_id LIMIT :n
"""


class OperatorAccess:
    """Opens, uses and ends looks at an institute's records."""

    def __init__(self, context: Context, platform: Platform) -> None:
        self._context = context
        self._platform = platform

    def open(self, sign_in: CurrentSignIn, organisation_id: str, reason: str, minutes: int) -> dict[str, Any]:
        """Open the records of an institute for reading. Raises CampusError `reason_missing`, `period_invalid`."""
        said = checked_reason(reason, LEAST_REASON)
        if not 5 <= minutes <= LONGEST:
            raise CampusError("period_invalid", text("Choose 5 to {most} minutes.", most=LONGEST))
        self._platform.read(organisation_id)
        context, actor = self._context, sign_in.actor
        access_id, now = context.new_id(), context.clock.now()
        ends = now + timedelta(minutes=minutes)

        def work(db: Db) -> None:
            db.run(_PUT, o=organisation_id, id=access_id, operator=actor.person_id, name=actor.name, reason=said,
                   now=instant_text(now), ends=instant_text(ends))  # fmt: skip
            told = {"what": "operator_access_opened", "access_id": access_id, "operator": actor.name, "reason": said}
            self._platform.note(db, organisation_id, {**told, "ends_at": instant_text(ends)})
            self._tell(db, organisation_id, access_id, actor.name, said, minutes)

        with inside(organisation_id):
            context.database.write(work)
            with context.database.read() as db:
                return _shown(db.one(_ONE, o=organisation_id, id=access_id))

    def _tell(self, db: Db, organisation_id: str, access_id: str, name: str, reason: str, minutes: int) -> None:
        message = text(
            "{name}, who runs this server, can read your institute's records for {minutes} minutes. The reason given:"
            " {reason}",
            name=name, minutes=minutes, reason=reason,
        )  # fmt: skip
        values = {"title": text("The server's operator reads your records"), "message": message, "link": ""}
        for person_id, email in db.rows(_ADMINISTRATORS, o=organisation_id, role=str(Role.ADMINISTRATOR)):
            channels = (Channel.NOTICE, Channel.MAIL) if email else (Channel.NOTICE,)
            for channel in channels:
                key = f"operator_access:{access_id}:{channel}:{person_id}"
                self._context.post(
                    db, Letter(organisation_id, channel, "general", key, person_id, values=values, urgent=True)
                )

    def read(self, sign_in: CurrentSignIn, organisation_id: str, access_id: str, kind: str, after: str) -> Any:
        """Return a page of rows of a kind, by id; each look is written into the institute's log first.

        Raises CampusError `operator_access_over`, `kind_unknown`.
        """
        if kind not in KINDS:
            raise CampusError("kind_unknown", text("These records aren't read from outside the institute."))

        def work(db: Db) -> list[Any]:
            self._check(db, sign_in, organisation_id, access_id)
            rows = db.rows(_ROWS, o=organisation_id, kind=kind, after=after, n=MOST_ROWS)
            told = {"what": "operator_looked", "access_id": access_id, "operator": sign_in.actor.name, "kind": kind}
            self._platform.note(db, organisation_id, {**told, "after": after, "rows": len(rows)})
            return [orjson.loads(row[0])["body"] for row in rows]

        with inside(organisation_id):
            return self._context.database.write(work)

    def end(self, sign_in: CurrentSignIn, organisation_id: str, access_id: str) -> dict[str, Any]:
        """End a look before its time."""

        def work(db: Db) -> dict[str, Any]:
            self._check(db, sign_in, organisation_id, access_id)
            db.run(_END, o=organisation_id, id=access_id, now=instant_text(self._context.clock.now()))
            told = {"what": "operator_access_ended", "access_id": access_id, "operator": sign_in.actor.name}
            self._platform.note(db, organisation_id, told)
            return _shown(db.one(_ONE, o=organisation_id, id=access_id))

        with inside(organisation_id):
            return self._context.database.write(work)

    def list_all(self, organisation_id: str) -> list[dict[str, Any]]:
        """Return the newest 200 looks at an institute's records, the newest first, each with what was read.

        `looks` are `{kind, times, rows}`, told from the institute's own log: a row counts as often as it was read.
        """
        with inside(organisation_id), self._context.database.read() as db:
            found = [_shown(row) for row in db.rows(_ALL, o=organisation_id)]
            notes = db.rows(_NOTES, o=organisation_id, since=found[-1]["made_at"]) if found else []
            looks = _looks([orjson.loads(row[0]) for row in notes])
        return [{**one, "looks": looks.get(one["id"], [])} for one in found]

    def _check(self, db: Db, sign_in: CurrentSignIn, organisation_id: str, access_id: str) -> None:
        row = db.one(_ONE, o=organisation_id, id=access_id)
        if row is None:
            raise unknown()
        access = _shown(row)
        now = instant_text(self._context.clock.now())
        own = access["operator_id"] == sign_in.actor.person_id
        if not own or access["ended_at"] is not None or access["ends_at"] <= now:
            message = text("Your time with these records is over. Give a reason to open them again.")
            raise CampusError("operator_access_over", message)


def _looks(notes: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return what was read by access, kind by kind in the order of `KINDS`."""
    found: dict[str, dict[str, list[int]]] = {}
    for note in notes:
        if note["what"] == "operator_looked":
            counts = found.setdefault(note["access_id"], {}).setdefault(note["kind"], [0, 0])
            counts[0] += 1
            counts[1] += note["rows"]
    return {
        access_id: [{"kind": kind, "times": of[kind][0], "rows": of[kind][1]} for kind in KINDS if kind in of]
        for access_id, of in found.items()
    }


def _shown(row: Any) -> dict[str, Any]:
    if row is None:
        raise unknown()
    return dict(zip(_FIELDS, row, strict=True))
