"""The timetable's rows as the feed carries them, and who sees them."""

from collections.abc import Iterable, Sequence

from server.core import conflicts
from server.core.batch import Batch
from server.core.entities import Body, EntityKind
from server.timetable.tables import CLASS_SESSION, HOLIDAY, LIVE_VISIT, OFFICE_BOOKING, ROOM, SESSION_SERIES
from shared.people.vocabulary import ORGANISATION
from shared.timetable import vocabulary
from shared.timetable.clashes import room_key, taught_by
from shared.timetable.series import kept_reason, next_sequence

_SEEN = "class_sessions_seen"


def of_class(body: Body) -> tuple[str, str | None]:
    """What a class sees: its students and its staff."""
    return f"class:{body['cohort_id']}", None


def of_staff_and_person(body: Body) -> tuple[str, str | None]:
    """What a class's staff sees, and the person whom it is about."""
    return f"cohort:{body['cohort_id']}", f"person:{body['person_id']}"


class ClassSessionKind(EntityKind):
    """Class sessions. Their sequence grows as they change, and so does what a new stand-in may see."""

    def read(self, batch: Batch, ids: Iterable[str]) -> dict[str, Body]:
        """Return the bodies of `ids`, locked, and remember them for `update`."""
        found = super().read(batch, ids)
        batch.memory.setdefault(_SEEN, {}).update({key: dict(body) for key, body in found.items()})
        return found

    def update(self, batch: Batch, bodies: Sequence[Body]) -> None:
        """Write whole rows that were read before, with the sequence that their change gives them."""
        seen: dict[str, Body] = batch.memory.get(_SEEN, {})
        written = []
        for body in bodies:
            before = seen[body["id"]]
            more = {"cancel_reason": kept_reason(body), "sequence": next_sequence(before, body)}
            written.append({**body, **more})
            seen[body["id"]] = dict(written[-1])
            if taught_by(before) != taught_by(body) or before["state"] != body["state"]:
                batch.access_changed = True
        super().update(batch, written)


class CatalogueKind(EntityKind):
    """Rows that everybody in the organisation sees."""

    def publish(self, batch: Batch, body: Body) -> None:
        """Put a row into the feed for everybody."""
        batch.changed(self.kind, body, f"{ORGANISATION}:{batch.organisation_id}")

    def subject(self, body: Body, group: str = "fields") -> conflicts.Subject:
        """Return the row as the subject of a conflict, which is for those who see all."""
        return conflicts.Subject(self.kind, body["id"], group, self.title(body), "all")


def _everybody(_body: Body) -> tuple[str, str | None]:
    return ORGANISATION, None


CLASS_SESSION_KIND = ClassSessionKind(
    kind=vocabulary.CLASS_SESSION,
    table=CLASS_SESSION,
    body_columns=(
        *("cohort_id", "starts_at", "ends_at", "room", "instructor_id", "title", "state", "unplanned", "series_id"),
        *("session_kind", "link", "credentials", "stand_in_id", "catches_up_id", "cancel_reason", "sequence"),
    ),
    scopes=of_class,
    title=lambda body: str(body["title"] or body["starts_at"][:16].replace("T", " ")),
    parent="cohort_id",
    derive=lambda body: {"room_key": room_key(body["room"]), "taught_by": taught_by(body)},
    derived_columns=("room_key", "taught_by"),
)
SERIES_KIND = EntityKind(
    kind=vocabulary.SESSION_SERIES,
    table=SESSION_SERIES,
    body_columns=(
        *("cohort_id", "rule", "starts_at_local", "minutes", "time_zone", "room", "instructor_id", "title"),
        *("session_kind", "link", "credentials", "until", "except_dates", "skip_holidays", "state"),
    ),
    scopes=of_class,
    title=lambda body: str(body["title"] or body["starts_at_local"].replace("T", " ")),
    parent="cohort_id",
    json_columns=frozenset({"except_dates"}),
)
ROOM_KIND = CatalogueKind(
    kind=vocabulary.ROOM,
    table=ROOM,
    body_columns=("name", "branch", "capacity", "state"),
    scopes=_everybody,
    title=lambda body: str(body["name"]),
    derive=lambda body: {"room_key": room_key(body["name"])},
    derived_columns=("room_key",),
)
HOLIDAY_KIND = CatalogueKind(
    kind=vocabulary.HOLIDAY,
    table=HOLIDAY,
    body_columns=("name", "starts_on", "ends_on", "uid", "state"),
    scopes=_everybody,
    title=lambda body: f"{body['name']} {body['starts_on']}",
)
VISIT_KIND = EntityKind(
    kind=vocabulary.LIVE_VISIT,
    table=LIVE_VISIT,
    body_columns=("session_id", "person_id", "person_name", "joined_at", "left_at", "cohort_id"),
    scopes=of_staff_and_person,
    title=lambda body: str(body["person_name"]),
    parent="session_id",
)
BOOKING_KIND = EntityKind(
    kind=vocabulary.OFFICE_BOOKING,
    table=OFFICE_BOOKING,
    body_columns=(
        *("session_id", "person_id", "person_name", "starts_at", "ends_at", "topic", "state"),
        "cohort_id",
    ),
    scopes=of_staff_and_person,
    title=lambda body: str(body["person_name"]),
    parent="session_id",
)
KINDS = (CLASS_SESSION_KIND, SERIES_KIND, ROOM_KIND, HOLIDAY_KIND, VISIT_KIND, BOOKING_KIND)
