"""Registers the learning area with the server."""

from server.core.area import AccessPart, Area
from server.core.database import Db
from server.learning import course_rights, enrolment_service, holds, retention_classes, right_routes, routes, service
from server.learning.imports import removal
from server.learning.imports import routes as import_routes
from server.learning.moving import MOVES
from server.learning.personal import PERSONAL
from server.learning.rollover import removal as rollover_removal
from server.learning.rollover import routes as rollover_routes
from shared.core.actor import Actor
from shared.learning.holds import HOLD, may_see_holds
from shared.learning.vocabulary import ACADEMIC_TERM, COHORT, COURSE, COURSE_RIGHT, ENROLMENT

_TEACHES = "SELECT cohort_id FROM cohort_instructor WHERE organisation_id = :o AND person_id = :person_id"
_ATTENDS = """
SELECT cohort_id FROM enrolment WHERE organisation_id = :o AND person_id = :person_id
AND state IN ('pending', 'active', 'suspended', 'completed')
"""
_STUDENTS = """
SELECT DISTINCT e.person_id FROM enrolment e JOIN cohort_instructor t
ON t.organisation_id = e.organisation_id AND t.cohort_id = e.cohort_id
WHERE e.organisation_id = :o AND t.person_id = :person_id
"""
_COLLEAGUES = "SELECT person_id FROM person_role WHERE organisation_id = :o AND role_key <> 'student'"


def access(db: Db, actor: Actor) -> AccessPart:
    """An instructor sees the cohorts that he or she teaches with their students; a student the classes attended."""
    places = {"o": actor.organisation_id, "person_id": actor.person_id}
    teaches = frozenset(row[0] for row in db.rows(_TEACHES, **places))
    attends = frozenset(row[0] for row in db.rows(_ATTENDS, **places))
    if attends and holds.is_shut_out(db, actor):
        attends = frozenset()
    scopes = {f"class:{cohort_id}" for cohort_id in teaches | attends} | {f"cohort:{one}" for one in teaches}
    scopes |= holds.scopes(actor)
    if teaches:
        scopes |= {f"profile:{row[0]}" for row in db.rows(_STUDENTS, **places)}
        scopes |= {f"profile:{row[0]}" for row in db.rows(_COLLEAGUES, o=actor.organisation_id)}
    kept = course_rights.withheld(db, actor) if teaches else frozenset[str]()
    return AccessPart(teaches=teaches, withheld=kept, scopes=frozenset(scopes))


AREA = Area(
    name="learning",
    personal=(*PERSONAL, *holds.PERSONAL),
    moves_person=(*MOVES, *holds.MOVES),
    guarded={HOLD: may_see_holds},
    retention=retention_classes.CLASSES,
    commands=(*service.COMMANDS, *course_rights.COMMANDS, *removal.COMMANDS, *rollover_removal.COMMANDS),
    access=access,
    settlers={
        COURSE: service.settle,
        ACADEMIC_TERM: service.settle,
        COHORT: service.settle,
        ENROLMENT: enrolment_service.settle,
        COURSE_RIGHT: course_rights.settle,
    },
    routers=lambda context: (
        *routes.routers(context),
        right_routes.right_router(context),
        *import_routes.routers(context),
        rollover_routes.rollover_router(context),
    ),
)
