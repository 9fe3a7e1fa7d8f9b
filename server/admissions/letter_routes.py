"""The REST face of what applicants would be sent: the mail of a decision, before it is made."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.admissions.route_samples import APPLICATION
from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.letters import Channel, Letter
from server.core.openapi import described
from server.core.responses import answer
from server.core.routing import Router
from server.core.sql import SetSql
from server.finance.ground import packed
from server.messaging.foretelling import foretold
from server.messaging.screening import Screen
from shared.admissions.letter_words import usual_words
from shared.admissions.permissions import may_decide
from shared.admissions.vocabulary import EVENT_OF, LETTER_OF, ApplicationState
from shared.core.command import Id
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text

MOST_AT_ONCE = 200
_ROWS = SetSql(
    "SELECT a.id, a.person_id, a.email, a.number, a.name, c.title FROM {ids} i {by} application a ON a.id = i.id"
    " JOIN course c ON c.organisation_id = a.organisation_id AND c.id = a.course_id"
    " WHERE a.organisation_id = :o ORDER BY a.name, a.id"
)
_EXAMPLE: dict[str, Any] = {
    "id": APPLICATION["id"],
    "subject": "A place in Web Development at KM Media Training Institute",
    "text": "Hello Esi,\n\nWe are glad to offer you a place in Web Development.",
    "to": "esi@example.org",
    "code": "",
    "reason": "",
}


class Foretelling(StrictModel):
    """A decision that isn't made yet; left empty, `words` are the usual ones about the own course."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"ids": [APPLICATION["id"]], "decision": "approved", "words": ""}}
    )

    ids: list[Id] = Field(min_length=1, max_length=MOST_AT_ONCE)
    decision: Literal["approved", "rejected", "waiting_list"]
    words: str = Field(default="", max_length=2000)


def letter_router(context: Context) -> APIRouter:
    """Return the route."""
    router = Router(prefix="/api/v1/applications", tags=["applications"])

    @router.post(
        "/letters",
        summary="The mails of a decision as they would go out, and what stands against each",
        status_code=200,
        **described(None, [_EXAMPLE]),
    )
    def letters(known: Annotated[CurrentSignIn, Depends(context.auth.current)], given: Foretelling) -> Response:
        """Nothing is decided and nothing is sent."""
        if not may_decide(known.actor):
            raise CampusError("not_allowed", text("Your role doesn't review applications. Ask the registrar."))
        organisation_id = known.actor.organisation_id
        with context.database.read() as db:
            rows = db.rows(_ROWS, o=organisation_id, ids=packed(given.ids))
            if len(rows) < len(set(given.ids)):
                raise CampusError("not_found", text("One of these applications isn't there any more."))
            return answer(None, _foretold(context, db, organisation_id, rows, given))

    return router


def _foretold(context: Context, db: Db, organisation_id: str, rows: Any, given: Foretelling) -> list[dict[str, Any]]:
    kind = EVENT_OF[ApplicationState(given.decision)]
    screen = Screen.made(context, db, organisation_id, Channel.MAIL)
    found = []
    for application_id, person_id, email, number, name, course in rows:
        said = given.words.strip() or usual_words(kind, name, course, screen.institute)
        values = {"message": said, "number": number, "course": course}
        key = f"application:{application_id}"
        letter = Letter(organisation_id, Channel.MAIL, LETTER_OF[kind], key, person_id, to=email or " ", values=values)
        told = {**vars(foretold(context, db, screen, letter))}
        if not email:
            told |= {
                "code": "address_missing",
                "reason": text("There is no mail address. Tell the applicant by phone."),
            }
        found.append({"id": application_id, **told})
    return found
