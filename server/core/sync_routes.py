"""The HTTP face of the sync protocol: exchange, scope check, and delivery into quarantine."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError
from starlette.responses import Response

from server.core.auth import Auth
from server.core.exchange import Exchange
from server.core.openapi import failures
from server.core.responses import Answer, answer, packed, ready
from server.core.routing import Router
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.sync import PROTOCOL, CheckRequest, CheckResponse, SyncRequest, SyncResponse
from shared.core.text import text

_EXAMPLE: dict[str, Any] = {
    "protocol": PROTOCOL,
    "device_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb2f",
    "install_epoch": 1,
    "commands": [],
    "cursor": None,
}
_ERRORS = failures(400, 401, 403, 422, 426, 500, 503)


def sync_router(auth: Auth, exchange: Exchange) -> APIRouter:
    """Return the routes under `/api/v1/sync`."""
    router = Router(prefix="/api/v1/sync", tags=["sync"])

    @router.post(
        "",
        response_model=Answer[SyncResponse],
        responses=_ERRORS,
        openapi_extra=_body(SyncRequest, _EXAMPLE),
        summary="Send commands, get outcomes and the next page of changes",
    )
    async def sync(request: Request) -> Response:
        body = await request.body()
        return await run_in_threadpool(_sync, auth, exchange, request, body)

    @router.post(
        "/check",
        response_model=Answer[CheckResponse],
        responses=_ERRORS,
        openapi_extra=_body(CheckRequest, {"cursor": {"server_epoch": _EXAMPLE["device_id"], "seq": 0}, "digests": []}),
        summary="Compare count and hash of what the device holds",
    )
    async def check(request: Request) -> Response:
        body = await request.body()
        return await run_in_threadpool(_check, auth, exchange, request, body)

    return router


def _body(model: type[StrictModel], example: dict[str, Any]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}}


def _sync(auth: Auth, exchange: Exchange, request: Request, body: bytes) -> Response:
    known = auth.current(request)
    wanted = parsed(SyncRequest, body)
    if wanted.device_id != known.device_id:
        message = text("This sign-in belongs to another computer. Sign in again on this one.")
        raise CampusError("device_of_another", message)
    return ready(request, packed(exchange.run(known.actor, known.origin, wanted)))


def _check(auth: Auth, exchange: Exchange, request: Request, body: bytes) -> Response:
    known = auth.current(request)
    return answer(request, exchange.check(known.actor, parsed(CheckRequest, body)))


def parsed(model: type[Any], body: bytes) -> Any:
    """Return `body` as `model`. Raises CampusError `malformed` or `invalid` with the fields at fault."""
    try:
        return model.model_validate_json(body)
    except ValidationError as failure:
        faults = failure.errors(include_url=False, include_context=False, include_input=False)
        if any(fault["type"] == "json_invalid" for fault in faults):
            raise CampusError("malformed", text("The request is not valid JSON.")) from failure
        fields = [{"field": ".".join(map(str, fault["loc"])), "reason": fault["msg"]} for fault in faults[:20]]
        names = ", ".join(sorted({field["field"] for field in fields}))
        message = text("These fields can't be used as they are: {names}. Change them and send it again.", names=names)
        raise CampusError("invalid", message, {"fields": fields}) from failure
