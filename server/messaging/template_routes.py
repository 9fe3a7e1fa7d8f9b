"""The REST face of templates: every letter's text, previews, the institute's own texts, and a test to oneself."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi import Body as Given
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.kept_answers import KeptAnswers
from server.core.letters import Channel
from server.core.openapi import described
from server.core.resource_routes import IdempotencyKey
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.messaging.letter_routes import keeper_of
from server.messaging.template_service import Draft, Templates, kind_of, listed, preview
from server.messaging.way_routes import Way
from server.messaging.way_service import WayBook
from server.people.seen_words import SeenLine, SeenText
from shared.core.command import Id
from shared.core.strict import StrictModel
from shared.messaging.letter_kinds import LETTERS
from shared.messaging.letter_samples import samples

_LONGEST_SUBJECT, _LONGEST_BODY = 300, 5_000
_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
_KIND = LETTERS["sign_in_code"]
_TEXT = {"subject": "", "body": "{institute}: {code}", "base": None}
_EXAMPLE: dict[str, Any] = {
    "template": _KIND.word,
    "title": _KIND.title,
    "channel": "sms",
    "language": "en",
    "subject": "",
    "body": _KIND.sms,
    "own": False,
    "revision": None,
    "changed_at": None,
    "places": list(_KIND.places),
    "secrets": list(_KIND.secrets),
}
_PREVIEW = {"text": "KM Media: 000-000", "units": 17, "parts": 1, "left": 143, "wide": [], "parts_first": 1}
_SENT = {"delivery_id": _ID}


class TemplateText(StrictModel):
    """A text with places in braces; an SMS has no subject. `base` is the revision that it was written from."""

    model_config = ConfigDict(extra="forbid")

    subject: SeenLine = Field(default="", max_length=_LONGEST_SUBJECT)
    body: SeenText = Field(max_length=_LONGEST_BODY)
    base: Id | None = None


def template_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(prefix="/api/v1/letter-templates", tags=["letters"])
    _add_texts(router, context)
    _add_trials(router, context)
    return router


def _add_texts(router: APIRouter, context: Context) -> None:
    keeper, templates = keeper_of(context), Templates(context)

    @router.get(
        "",
        response_model=Answer[list[dict[str, Any]]],
        responses={200: {"content": {"application/json": {"example": {"data": [_EXAMPLE]}}}}},
        summary="List the texts of all letters",
    )
    def texts(request: Request, known: Annotated[CurrentSignIn, Depends(keeper)]) -> Response:
        with context.database.read() as db:
            return answer(request, listed(db, known.actor.organisation_id))

    @router.put("/{template}/{channel}", summary="Write a text of the institute's own", **described(None, _EXAMPLE))
    def put(
        template: str,
        channel: Way,
        known: Annotated[CurrentSignIn, Depends(keeper)],
        given: Annotated[TemplateText, Given(examples=[_TEXT])],
    ) -> Response:
        return answer(None, templates.put(known, _draft(template, channel, given), given.base))

    @router.delete("/{template}/{channel}", summary="Go back to the supplied text", **described(None, _EXAMPLE))
    def reset(template: str, channel: Way, known: Annotated[CurrentSignIn, Depends(keeper)]) -> Response:
        return answer(None, templates.reset(known, template, Channel(channel)))


def _add_trials(router: APIRouter, context: Context) -> None:
    keeper, ways = keeper_of(context), WayBook(context)
    kept = KeptAnswers(context.database, context.clock)

    @router.post("/{template}/{channel}/preview", summary="Look at a text with samples", **described(None, _PREVIEW))
    def look(
        template: str,
        channel: Way,
        known: Annotated[CurrentSignIn, Depends(keeper)],
        given: Annotated[TemplateText, Given(examples=[_TEXT])],
    ) -> Response:
        with context.database.read() as db:
            return answer(None, preview(context, db, known.actor.organisation_id, _draft(template, channel, given)))

    @router.post("/{template}/{channel}/test", summary="Send a text with samples to oneself", **described(None, _SENT))
    def test(
        template: str,
        channel: Way,
        known: Annotated[CurrentSignIn, Depends(keeper)],
        key: IdempotencyKey = None,
    ) -> Response:
        kind_of(template)

        def work() -> Any:
            return {"delivery_id": ways.send_test(known, Channel(channel), template, samples(template))}

        return answer(None, kept.once(known, key, ("template-test", [template, channel]), work))


def _draft(template: str, channel: Way, given: TemplateText) -> Draft:
    kind_of(template)
    return Draft(template, Channel(channel), given.subject, given.body)
