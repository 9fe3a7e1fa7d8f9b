"""What people do at live sessions and office hours: join and leave, take a time and give it back."""

from collections.abc import Iterable, Sequence

import orjson

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.entities import Body, missing
from server.core.sql import SetSql
from server.timetable.kinds import BOOKING_KIND, CLASS_SESSION_KIND, VISIT_KIND
from shared.core.clock import instant_text, parse_instant
from shared.core.text import text
from shared.timetable.commands import PAYLOADS
from shared.timetable.office_hours import SLOT, slots_of
from shared.timetable.permissions import may_attend, may_cancel_booking
from shared.timetable.vocabulary import LIVE_VISIT, OFFICE_BOOKING, BookingState, ClassSessionState, SessionKind

_BOOKED = SetSql(
    f"SELECT {BOOKING_KIND.selected()} FROM {{ids}} i {{by}} office_booking t ON t.session_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :organisation_id"
)


def bookings_of(batch: Batch, session_ids: Iterable[str]) -> list[Body]:
    """Return the bookings of office hours, those given back too."""
    ids = orjson.dumps(sorted(set(session_ids))).decode()
    rows = batch.db.rows(_BOOKED, organisation_id=batch.organisation_id, ids=ids)
    return [BOOKING_KIND.body_of(row) for row in rows]


def _own(item: Item, session: Body) -> Body:
    return {
        "id": item.target.id,
        "revision": item.command.id,
        "session_id": session["id"],
        "person_id": item.author.person_id,
        "person_name": item.author.name,
        "cohort_id": session["cohort_id"],
    }


def _not_of_class(item: Item) -> Decision:
    message = text("This class isn't yours. Ask the office to enrol you.")
    return rejected(item, "not_allowed", message)


def _waits(kind: str) -> Decision:
    message = text("This class hasn't been accepted yet. The office decides about both.")
    return held("waits_for_creation", message, kind)


def join(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Keep who joined a live session, and when by the device's clock."""
    sessions = CLASS_SESSION_KIND.read(batch, (item.payload.session_id for item in items))
    decisions: list[Decision] = []
    bodies: list[Body] = []
    for item in items:
        session = sessions.get(item.payload.session_id)
        if session is None:
            decisions.append(_waits(LIVE_VISIT))
        elif not item.accepted and not may_attend(item.author, session["cohort_id"]):
            decisions.append(_not_of_class(item))
        elif session["session_kind"] == SessionKind.CLASS and not session["link"]:
            message = text("This class has no link to join by. Go to its room.")
            decisions.append(rejected(item, "not_live", message))
        else:
            bodies.append({**_own(item, session), "joined_at": item.command.observed_at, "left_at": None})
            decisions.append(applied(item.command.id))
    VISIT_KIND.insert(batch, bodies)
    return decisions


def leave(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Keep when someone left; a second time changes nothing."""
    visits = VISIT_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    bodies: list[Body] = []
    for item in items:
        visit = visits.get(item.target.id)
        if visit is None:
            decisions.append(missing(batch, item, LIVE_VISIT))
        elif visit["person_id"] != item.author.person_id and not item.accepted:
            decisions.append(_not_of_class(item))
        elif visit["left_at"]:
            decisions.append(agreed(visit["revision"]))
        else:
            bodies.append({**visit, "left_at": item.command.observed_at, "revision": item.command.id})
            decisions.append(applied(item.command.id))
    VISIT_KIND.update(batch, bodies)
    return decisions


def book(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Give people times of office hours; the first who comes has a time."""
    sessions = CLASS_SESSION_KIND.read(batch, (item.payload.session_id for item in items))
    known = bookings_of(batch, sessions)
    decisions: list[Decision] = []
    for item in items:
        session = sessions.get(item.payload.session_id)
        decision = _waits(OFFICE_BOOKING) if session is None else _booking_refusal(item, session, known)
        if decision is None and session is not None:
            body = {**_own(item, session), **_booked(item)}
            known.append(body)
            decision = applied(item.command.id)
            if not BOOKING_KIND.insert(batch, [body]):
                decision = agreed(None, existing_id=item.target.id)
        decisions.append(decision or _waits(OFFICE_BOOKING))
    return decisions


def _booked(item: Item) -> Body:
    begins = instant_text(parse_instant(item.payload.starts_at))
    ends = instant_text(parse_instant(begins) + SLOT)
    return {
        "starts_at": begins,
        "ends_at": ends,
        "topic": item.payload.topic.strip(),
        "state": str(BookingState.BOOKED),
    }


def _booking_refusal(item: Item, session: Body, known: Sequence[Body]) -> Decision | None:
    if not item.accepted and not may_attend(item.author, session["cohort_id"]):
        return _not_of_class(item)
    if session["session_kind"] != SessionKind.OFFICE_HOURS:
        return rejected(item, "not_office_hours", text("Only office hours can be booked. Choose one of them."))
    if session["state"] == ClassSessionState.CANCELLED:
        return rejected(item, "class_session_cancelled", text("These office hours were cancelled. Choose others."))
    begins = instant_text(parse_instant(item.payload.starts_at))
    slot = next((one for one in slots_of(session, known) if one.starts_at == begins), None)
    if slot is None:
        return rejected(item, "slot_unknown", text("The office hours have no such time. Choose one that is listed."))
    if slot.booking_id not in (None, item.target.id):
        return rejected(item, "slot_taken", text("Someone else has this time. Choose another one."))
    return None


def cancel_booking(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Give booked times back."""
    bookings = BOOKING_KIND.read(batch, (item.target.id for item in items))
    sessions = CLASS_SESSION_KIND.read(batch, (body["session_id"] for body in bookings.values()))
    decisions: list[Decision] = []
    bodies: list[Body] = []
    for item in items:
        body = bookings.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, OFFICE_BOOKING))
        elif not item.accepted and not may_cancel_booking(item.author, body, sessions[body["session_id"]]):
            decisions.append(rejected(item, "not_allowed", text("This booking is someone else's.")))
        elif body["state"] == BookingState.CANCELLED:
            decisions.append(agreed(body["revision"]))
        else:
            bodies.append({**body, "state": str(BookingState.CANCELLED), "revision": item.command.id})
            decisions.append(applied(item.command.id))
    BOOKING_KIND.update(batch, bodies)
    return decisions


COMMANDS = (
    CommandType("JoinLiveSession", PAYLOADS["JoinLiveSession"], join),
    CommandType("LeaveLiveSession", PAYLOADS["LeaveLiveSession"], leave),
    CommandType("BookOfficeHours", PAYLOADS["BookOfficeHours"], book),
    CommandType("CancelOfficeBooking", PAYLOADS["CancelOfficeBooking"], cancel_booking),
)
