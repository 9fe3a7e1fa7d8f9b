"""The REST face of admissions: enquiries, application forms, and applications with everything done about them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Annotated, Any, cast

from fastapi import APIRouter, Body, Depends, Request
from starlette.responses import Response

from server.admissions.forgetting_routes import forgetting_router
from server.admissions.kinds import APPLICATION_KIND, ENQUIRY_KIND, EVENT_KIND, FORM_KIND
from server.admissions.letter_routes import letter_router
from server.admissions.route_samples import APPLICATION, ENQUIRY, EVENT, FORM
from server.core.auth import Auth, CurrentSignIn
from server.core.context import Context
from server.core.openapi import failures
from server.core.resource_routes import IdempotencyKey, IfMatch, base_of, resource_router
from server.core.resources import ListQuery, Resource, list_rows, read_row
from server.core.responses import Answer, PageAnswer, answer, pagination
from server.core.routing import Router
from server.core.submission import Submission, Wish
from shared.admissions.permissions import may_decide, may_see_admissions
from shared.core.actor import Actor
from shared.core.command import Id
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.rules import fold

_ERRORS = failures(400, 401, 403, 404, 409, 422, 429, 500, 503)
_MOST_AT_ONCE = 200
ENQUIRIES = Resource(
    family="enquiries",
    kind=ENQUIRY_KIND,
    add="RecordEnquiry",
    edit="EditEnquiry",
    filters={"state": "state", "source": "source", "course_id": "course_id", "assigned_to": "assigned_to"},
    sorts=("follow_up_on", "recorded_at", "name"),
    default_sort="recorded_at",
    name="enquiry",
    search=("name", str),
    example=ENQUIRY,
)
FORMS = Resource(
    family="application-forms",
    kind=FORM_KIND,
    add="AddApplicationForm",
    edit="EditApplicationForm",
    filters={"state": "state", "course_id": "course_id"},
    sorts=("title", "opens_on", "closes_on"),
    default_sort="title",
    name="application form",
    example=FORM,
)
APPLICATIONS = Resource(
    family="applications",
    kind=APPLICATION_KIND,
    add="StartApplication",
    edit="",
    filters={"state": "state", "course_id": "course_id", "form_id": "form_id", "person_id": "person_id"},
    sorts=("submitted_at", "started_at", "number", "name"),
    default_sort="submitted_at",
    name="application",
    search=("search_text", fold),
    example=APPLICATION,
)
EVENTS = Resource(
    family="application-events",
    kind=EVENT_KIND,
    add="",
    edit="",
    filters={"application_id": "application_id"},
    sorts=("at",),
    default_sort="at",
    name="entry",
    example=EVENT,
)


@dataclass(frozen=True)
class _Act:
    """One thing to do about an application: where, what it sends, and an example."""

    method: str
    path: str
    command: str
    summary: str
    example: dict[str, Any] = field(default_factory=dict)
    takes: str = ""
    """The field of the command that the path names."""


_WORDS = {"words": "We could not read your certificate. Send a clear photo."}
_ACTS = (
    _Act("POST", "submission", "SubmitApplication", "Send an application"),
    _Act("POST", "withdrawal", "WithdrawApplication", "Take an application back", {"reason": "I found a job."}),
    _Act("PUT", "checks/{part}", "CheckApplication", "Say that a check is done", {"done": True}, "check"),
    _Act("PUT", "documents/{part}", "CheckDocument", "Say what a document is like", {"state": "checked"}, "document"),
    _Act("POST", "notes", "NoteApplication", "Leave a note for staff", {"words": "Strong portfolio", "score": 80}),
    _Act("POST", "messages", "WriteToApplicant", "Write to an applicant", _WORDS),
    _Act("PUT", "interview", "PlanInterview", "Set the interview", {"interview_at": "2026-11-25T10:00:00.000Z"}),
    _Act("POST", "decision", "DecideApplication", "Decide about an application", {"decision": "approved"}),
    _Act("POST", "decision/undo", "UndoDecision", "Take a decision back", {"reason": "Wrong cohort"}),
)


def seen_by(actor: Actor) -> Actor:
    """Return an actor who sees of admissions what he or she may: only staff of it see more than their own."""
    if may_see_admissions(actor):
        return actor
    return actor.model_copy(update={"scopes": (f"person:{actor.person_id}",)})


def _limited(auth: Auth) -> Any:
    """Return what stands in the place of the sign-in of routes that list rows not everybody may see."""

    def current(known: Annotated[CurrentSignIn, Depends(auth.current)]) -> CurrentSignIn:
        return replace(known, actor=seen_by(known.actor))

    return SimpleNamespace(current=current)


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of admissions."""
    submission = Submission(context.door, context.clock, context.new_id)
    limited = replace(context, auth=cast("Auth", _limited(context.auth)))
    applications = Router(prefix=f"/api/v1/{APPLICATIONS.family}", tags=[APPLICATIONS.family])
    enquiries = Router(prefix=f"/api/v1/{ENQUIRIES.family}", tags=[ENQUIRIES.family])
    _add_bulk(applications, limited, submission)
    _add_answers(applications, limited, submission)
    for act in _ACTS:
        _add_act(applications, limited, submission, act)
    _add_events(applications, limited)
    _add_follow_up(enquiries, limited, submission)
    return [
        applications,
        enquiries,
        forgetting_router(context, submission),
        letter_router(context),
        resource_router(ENQUIRIES, limited, submission),
        resource_router(FORMS, context, submission),
        resource_router(APPLICATIONS, limited, submission),
    ]


def _shown(context: Context, known: CurrentSignIn, row_id: str, resource: Resource = APPLICATIONS) -> dict[str, Any]:
    with context.database.read() as db:
        return read_row(db, resource, known.actor, row_id)


def _told(example: Any) -> dict[int | str, dict[str, Any]]:
    return _ERRORS | {200: {"content": {"application/json": {"example": {"data": example}}}}}


def _doing(context: Context, submission: Submission, act: _Act) -> Callable[..., Response]:
    """Return what carries an act out: (who, application, what was given, key, If-Match) to the application anew."""

    def do(known: CurrentSignIn, row_id: str, given: dict[str, Any], key: str | None, if_match: str | None) -> Response:
        seen = _shown(context, known, row_id)
        base = base_of(if_match) if if_match else seen["revision"]
        payload = {"old_state": seen["state"], **given} if act.command == "DecideApplication" else given
        submission.put(known, key, Wish(act.command, row_id, payload, base))
        body = _shown(context, known, row_id)
        return answer(None, body, etag=body["revision"])

    return do


def _add_act(router: APIRouter, context: Context, submission: Submission, act: _Act) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]
    example = Body(default_factory=dict, examples=[act.example])
    do, route = _doing(context, submission, act), _route(router, act)

    def of_part(
        row_id: Id,
        part: str,
        known: signed_in,
        given: Annotated[dict[str, Any], example],
        key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> Response:
        return do(known, row_id, {**given, act.takes: part}, key, if_match)

    def of_whole(
        row_id: Id,
        known: signed_in,
        given: Annotated[dict[str, Any], example],
        key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> Response:
        return do(known, row_id, given, key, if_match)

    route(of_part if act.takes else of_whole)


def _route(router: APIRouter, act: _Act) -> Callable[[Callable[..., Response]], object]:
    """Return what puts a function at the place of an act."""
    return router.api_route(
        f"/{{row_id}}/{act.path}",
        name=act.command,
        methods=[act.method],
        response_model=Answer[dict[str, Any]],
        responses=_told(APPLICATION),
        summary=act.summary,
    )


def _add_answers(router: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.patch(
        "/{row_id}/answers",
        response_model=Answer[dict[str, Any]],
        responses=_told(APPLICATION),
        summary="Keep answers of an application that isn't sent yet",
    )
    def save(
        row_id: Id,
        known: signed_in,
        given: Annotated[dict[str, Any], Body(examples=[APPLICATION["answers"]])],
        key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> Response:
        seen = _shown(context, known, row_id)
        changes = {name: {"old": seen["answers"].get(name), "new": value} for name, value in given.items()}
        base = base_of(if_match) if if_match else seen["revision"]
        submission.put(known, key, Wish("SaveApplication", row_id, {"changes": changes}, base))
        body = _shown(context, known, row_id)
        return answer(None, body, etag=body["revision"])


def _add_events(router: APIRouter, context: Context) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get(
        "/{row_id}/events",
        response_model=PageAnswer[dict[str, Any]],
        responses=_ERRORS,
        summary="Read what happened to an application",
    )
    def listed(request: Request, row_id: Id, known: signed_in) -> Response:
        _shown(context, known, row_id)
        query = ListQuery(1, 500, filters={"application_id": row_id})
        with context.database.read() as db:
            rows, total, _ = list_rows(db, EVENTS, known.actor, query)
        rows.sort(key=lambda one: (one["at"], one["revision"]))
        return answer(request, rows, page=pagination(1, 500, total))


def _add_bulk(router: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]
    example = {"ids": [APPLICATION["id"]], "decision": "rejected", "reason": "The course is full."}

    @router.post(
        "/decisions",
        response_model=Answer[list[dict[str, Any]]],
        responses=_told([{"id": APPLICATION["id"], "verdict": "applied", "message": None}]),
        summary="Decide about several applications",
        description="Each is decided for itself: the answer says of each what became of it.",
    )
    def decide(
        known: signed_in, given: Annotated[dict[str, Any], Body(examples=[example])], key: IdempotencyKey = None
    ) -> Response:
        if not may_decide(known.actor):
            raise CampusError("not_allowed", text("Your role doesn't review applications. Ask the registrar."))
        named = given.pop("ids", ())
        if not isinstance(named, list):
            raise CampusError("invalid", text("Name the applications in a list of ids."), {"fields": ["ids"]})
        ids = [str(one) for one in named][:_MOST_AT_ONCE]
        seen = {one: _shown(context, known, one) for one in dict.fromkeys(ids)}
        wishes = [
            Wish("DecideApplication", one, {"old_state": body["state"], **given}, body["revision"])
            for one, body in seen.items()
        ]
        outcomes = submission.put_all(known, key, wishes) if wishes else []
        told = [
            {"id": one.target_id, "verdict": str(one.verdict), "code": one.code, "message": one.message}
            for one in outcomes
        ]
        return answer(None, told)


def _add_follow_up(router: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]
    example = {"words": "Wants the January intake.", "follow_up_on": "2026-11-27"}

    @router.post(
        "/{row_id}/follow-ups",
        response_model=Answer[dict[str, Any]],
        responses=_told(ENQUIRY),
        summary="Note what was said and when to ask again",
    )
    def follow_up(
        row_id: Id,
        known: signed_in,
        given: Annotated[dict[str, Any], Body(examples=[example])],
        key: IdempotencyKey = None,
    ) -> Response:
        seen = _shown(context, known, row_id, ENQUIRIES)
        submission.put(known, key, Wish("FollowUpEnquiry", row_id, given, seen["revision"]))
        body = _shown(context, known, row_id, ENQUIRIES)
        return answer(None, body, etag=body["revision"])
