"""The REST face of consents and breaches: texts, one's own answers, the data officer's log and register."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import described
from server.core.resource_routes import IdempotencyKey
from server.core.responses import answer, pagination
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.people.breach_service import register
from server.people.consent_service import ENTRY_KIND, TEXT_KIND
from shared.core.actor import Actor
from shared.core.command import Id, InstantText
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.people.breaches import MOST_WORDS, BreachStep
from shared.people.consent import LONGEST_TEXT, LONGEST_TITLE, ConsentAnswer, ConsentPurpose, may_keep_consents

_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
_AT = "2026-11-20T08:30:00.000Z"
_TEXT = {"purpose": "photos", "title": "Use of photos", "body": "We may show photos of classes on our pages."}
_SHOWN = {"id": _ID, "revision": _ID, "version": 2, **_TEXT, "made_at": _AT, "author_id": _ID, "author_name": "Akua"}
_ENTRY = {"id": _ID, "text_id": _ID, "person_id": _ID, "purpose": "photos", "version": 2, "answer": "agreed"}
_LOGGED = {**_ENTRY, "answered_at": _AT, "received_at": _AT, "name": "Esi Mensah"}
_BREACH = {
    "title": "Lost laptop",
    "what": "A laptop was left in a taxi.",
    "whom": "The students of two classes",
    "people": 41,
    "noticed_at": _AT,
}
_LINE = {"step": "told_authority", "words": "By their form, number 113", "happened_at": _AT}
_KEPT = {"id": _ID, **_BREACH, "made_at": _AT, "author_name": "Akua Boahen", "closed": False, "told_at": _AT}
_TEXTS = f"SELECT {TEXT_KIND.selected()} FROM consent_text t WHERE t.organisation_id = :o ORDER BY t.purpose, t.version"  # noqa: S608 - our own column names
_KNOWN = "SELECT id FROM consent_text WHERE organisation_id = :o AND id = :id"
_OWN = f"""
SELECT {ENTRY_KIND.selected()} FROM consent_entry t WHERE t.organisation_id = :o AND t.person_id = :person_id
ORDER BY t.answered_at, t.id
"""  # noqa: S608 - same
_LOG = f"""
SELECT {ENTRY_KIND.selected()}, p.given_name, p.family_name FROM consent_entry t
JOIN person p ON p.organisation_id = t.organisation_id AND p.id = t.person_id
WHERE t.organisation_id = :o AND (:person_id = '' OR t.person_id = :person_id)
AND (:purpose = '' OR t.purpose = :purpose) ORDER BY t.received_at DESC, t.id DESC LIMIT :rows OFFSET :skipped
"""  # noqa: S608 - same
_COUNT = """
SELECT count(*) FROM consent_entry t WHERE t.organisation_id = :o AND (:person_id = '' OR t.person_id = :person_id)
AND (:purpose = '' OR t.purpose = :purpose)
"""


class _Strict(StrictModel):
    model_config = ConfigDict(extra="forbid")


class TextGiven(_Strict):
    """A new version of a purpose's text."""

    purpose: ConsentPurpose
    title: str = Field(min_length=1, max_length=LONGEST_TITLE)
    body: str = Field(min_length=1, max_length=LONGEST_TEXT)


class AnswerGiven(_Strict):
    """What one answers to a text."""

    text_id: Id
    answer: ConsentAnswer


class BreachGiven(_Strict):
    """A breach: what happened, whom it concerns and how many, when it was noticed."""

    title: str = Field(min_length=1, max_length=200)
    what: str = Field(min_length=1, max_length=MOST_WORDS)
    whom: str = Field(default="", max_length=MOST_WORDS)
    people: int | None = Field(default=None, ge=0, le=10_000_000)
    noticed_at: InstantText


class LineGiven(_Strict):
    """A line of a breach: what was found out, done, or told to whom, and when."""

    step: BreachStep
    words: str = Field(min_length=1, max_length=MOST_WORDS)
    happened_at: InstantText


def consent_routers(context: Context) -> list[APIRouter]:
    """Return the routes."""
    submission = Submission(context.door, context.clock, context.new_id)
    return [_texts(context, submission), _answers(context, submission), _breaches(context, submission)]


def _check_officer(actor: Actor) -> None:
    if not may_keep_consents(actor):
        raise CampusError("not_allowed", text("Only a data officer reads this."))


def _texts(context: Context, submission: Submission) -> APIRouter:
    router = Router(prefix="/api/v1/consent-texts", tags=["organisations"])
    ready = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get("", summary="Read what people are asked about, all versions", **described(None, {"texts": [_SHOWN]}))
    def read(request: Request, known: ready) -> Response:
        with context.database.read() as db:
            rows = db.rows(_TEXTS, o=known.actor.organisation_id)
        return answer(request, {"texts": [TEXT_KIND.body_of(row) for row in rows]})

    @router.post("", summary="Publish a new version of a text", **described(None, {"id": _ID, "version": 2}))
    def publish(
        known: ready, given: Annotated[TextGiven, Body(examples=[_TEXT])], key: IdempotencyKey = None
    ) -> Response:
        target = _new_row(submission, known, key)
        outcome = submission.put(known, key, Wish("PublishConsentText", target, given.model_dump(mode="json")))[0]
        return answer(None, {"id": target, "version": outcome.details.get("version", 0)})

    return router


def _answers(context: Context, submission: Submission) -> APIRouter:
    router = Router(prefix="/api/v1/consents", tags=["organisations"])
    ready = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get("/mine", summary="Read one's own answers", **described(None, {"entries": [_ENTRY]}))
    def own(request: Request, known: ready) -> Response:
        with context.database.read() as db:
            rows = db.rows(_OWN, o=known.actor.organisation_id, person_id=known.actor.person_id)
        return answer(request, {"entries": [ENTRY_KIND.body_of(row) for row in rows]})

    @router.post("/mine", summary="Answer a text, or withdraw", **described(None, {"id": _ID}))
    def say(
        known: ready,
        given: Annotated[AnswerGiven, Body(examples=[{"text_id": _ID, "answer": "agreed"}])],
        key: IdempotencyKey = None,
    ) -> Response:
        with context.database.read() as db:
            if db.one(_KNOWN, o=known.actor.organisation_id, id=given.text_id) is None:
                raise CampusError("not_found", text("There is no such text."))
        target = _new_row(submission, known, key)
        submission.put(known, key, Wish("AnswerConsent", target, given.model_dump(mode="json")))
        return answer(None, {"id": target})

    @router.get("", summary="Read the log of answers, the newest first", **described(None, {"entries": [_LOGGED]}))
    def log(
        request: Request,
        known: ready,
        page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        person_id: Annotated[str, Query(max_length=36)] = "",
        purpose: Annotated[str, Query(max_length=20)] = "",
    ) -> Response:
        _check_officer(known.actor)
        places: dict[str, Any] = {"o": known.actor.organisation_id, "person_id": person_id, "purpose": purpose}
        shown, total = _logged(context, places, page, limit)
        return answer(request, {"entries": shown}, page=pagination(page, limit, total))

    return router


def _logged(context: Context, places: dict[str, Any], page: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    with context.database.read() as db:
        rows = db.rows(_LOG, **places, rows=limit, skipped=(page - 1) * limit)
        counted = db.one(_COUNT, **places)
    shown = [{**ENTRY_KIND.body_of(row[:-2]), "name": " ".join(filter(None, row[-2:]))} for row in rows]
    return shown, int(counted[0]) if counted else 0


def _breaches(context: Context, submission: Submission) -> APIRouter:
    router = Router(prefix="/api/v1/breaches", tags=["organisations"])
    ready = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get("", summary="Read the register of breaches", **described(None, {"breaches": [_KEPT]}))
    def read(request: Request, known: ready) -> Response:
        _check_officer(known.actor)
        with context.database.read() as db:
            return answer(request, {"breaches": register(db, known.actor.organisation_id)})

    @router.post("", summary="Enter a breach", **described(None, {"id": _ID}))
    def note(
        known: ready, given: Annotated[BreachGiven, Body(examples=[_BREACH])], key: IdempotencyKey = None
    ) -> Response:
        target = _new_row(submission, known, key)
        submission.put(known, key, Wish("NoteBreach", target, given.model_dump(mode="json")))
        return answer(None, {"id": target})

    @router.post("/{row_id}/lines", summary="Add a line to a breach", **described(None, {"id": _ID}))
    def add(
        row_id: Id,
        known: ready,
        given: Annotated[LineGiven, Body(examples=[_LINE])],
        key: IdempotencyKey = None,
    ) -> Response:
        _check_officer(known.actor)
        with context.database.read() as db:
            there = {one["id"] for one in register(db, known.actor.organisation_id)}
        if row_id not in there:
            raise CampusError("not_found", text("There is no such breach."))
        target = _new_row(submission, known, key)
        payload = {"breach_id": row_id, **given.model_dump(mode="json")}
        submission.put(known, key, Wish("AddBreachLine", target, payload))
        return answer(None, {"id": target})

    return router


def _new_row(submission: Submission, known: CurrentSignIn, key: str | None) -> str:
    """Return the id of the row that a request makes: the same one where the same key comes again."""
    return derived_id("row", submission.command_id(known, key)) if key else submission.new_id()
