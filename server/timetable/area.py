"""Registers the timetable with the server."""

from collections.abc import Mapping

from server.core.area import AccessPart, Area
from server.core.batch import Batch, Item
from server.core.carrying import TermPart
from server.core.database import Db
from server.core.entities import settler_of
from server.timetable import (
    kit_booking_service,
    kit_kinds,
    kit_lending,
    kit_service,
    live_service,
    place_service,
    rolled_series,
    routes,
    series_service,
    service,
)
from server.timetable.kinds import HOLIDAY_KIND, ROOM_KIND
from server.timetable.moving import MOVES
from server.timetable.personal import PERSONAL, kit_out
from shared.core.actor import Actor
from shared.core.conflict import Conflict
from shared.timetable.kit_vocabulary import BORROWER, KIT_ITEM, KIT_LOAN, KIT_POLICY
from shared.timetable.vocabulary import CLASS_SESSION, HOLIDAY, ROOM, SESSION_SERIES

_STANDS_IN = """
SELECT DISTINCT s.cohort_id FROM class_session s
WHERE s.organisation_id = :o AND s.taught_by = :person_id AND s.state <> 'cancelled'
AND NOT EXISTS (SELECT 1 FROM cohort_instructor i WHERE i.organisation_id = :o
AND i.person_id = :person_id AND i.cohort_id = s.cohort_id)
"""
_STUDENTS = """
SELECT DISTINCT e.person_id FROM enrolment e JOIN class_session s
ON s.organisation_id = e.organisation_id AND s.cohort_id = e.cohort_id
WHERE e.organisation_id = :o AND s.taught_by = :person_id AND s.state <> 'cancelled'
"""


def access(db: Db, actor: Actor) -> AccessPart:
    """What a stand-in sees of another's class, and the kit that one may take."""
    kit = kit_kinds.access(db, actor)
    return AccessPart(scopes=kit.scopes | _standing_in(db, actor))


def _standing_in(db: Db, actor: Actor) -> frozenset[str]:
    """Whoever teaches a session of a class that is another's, a stand-in above all, sees it with its students."""
    places = {"o": actor.organisation_id, "person_id": actor.person_id}
    cohorts = [row[0] for row in db.rows(_STANDS_IN, **places)]
    if not cohorts:
        return frozenset()
    scopes = {f"{kind}:{one}" for one in cohorts for kind in ("class", "cohort")}
    scopes |= {f"profile:{row[0]}" for row in db.rows(_STUDENTS, **places)}
    return frozenset(scopes)


def _settle_kit(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    settle = kit_lending.settle_item if BORROWER in conflict.fields else kit_service.settle_item_fields
    settle(batch, item, conflict, choices)


AREA = Area(
    name="timetable",
    personal=PERSONAL,
    moves_person=MOVES,
    keeps_person=(kit_out,),
    commands=(
        *service.COMMANDS,
        *series_service.COMMANDS,
        *place_service.COMMANDS,
        *live_service.COMMANDS,
        *kit_service.COMMANDS,
        *kit_lending.COMMANDS,
        *kit_booking_service.COMMANDS,
        *rolled_series.COMMANDS,
    ),
    access=access,
    settlers={
        CLASS_SESSION: service.settle,
        SESSION_SERIES: series_service.settle,
        ROOM: settler_of(ROOM_KIND),
        HOLIDAY: settler_of(HOLIDAY_KIND),
        KIT_ITEM: _settle_kit,
        KIT_LOAN: kit_lending.settle_loan,
        KIT_POLICY: kit_service.settle_policy,
    },
    routers=routes.routers,
    rolls_over=TermPart(carry=rolled_series.carry, take_back=rolled_series.take_back),
)
