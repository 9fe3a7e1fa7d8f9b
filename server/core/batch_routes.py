"""Several requests in one: each is answered as if it had come alone, in order, under the caller's own sign-in."""

from typing import Any, Literal

import orjson
from fastapi import APIRouter, FastAPI, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response
from starlette.types import Message

from server.core.responses import Answer, answer
from server.core.routing import Router
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text

_MOST = 50
_OWN = "/api/v1/batch"
_TAKEN_ALONG = (b"authorization", b"accept-language", b"user-agent")


class SubRequest(StrictModel):
    """One of the requests; `headers` may hold `Idempotency-Key`, `If-Match` and `If-None-Match`."""

    model_config = ConfigDict(extra="forbid")

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str = Field(pattern=r"^/api/v1/[^\s#]+$", max_length=2_000)
    body: Any = None
    headers: dict[Literal["Idempotency-Key", "If-Match", "If-None-Match"], str] = Field(default_factory=dict)


class BatchAsk(StrictModel):
    """The requests, carried out in their order."""

    model_config = ConfigDict(extra="forbid")

    requests: list[SubRequest] = Field(min_length=1, max_length=_MOST)


def batch_router(app: FastAPI) -> APIRouter:
    """Return `/api/v1/batch` over `app`'s own routes."""
    router = Router(prefix=_OWN, tags=["batch"])

    @router.post("", response_model=Answer[list[dict[str, Any]]], summary="Send several requests in one")
    async def batch(request: Request, ask: BatchAsk) -> Response:
        if any(one.path.startswith((_OWN, "/api/v1/auth/")) for one in ask.requests):
            raise CampusError("batch_refused", text("Signing in and batches can't be part of a batch."))
        answers = [await _answered(app, request, one) for one in ask.requests]
        return answer(None, answers)

    return router


async def _answered(app: FastAPI, request: Request, one: SubRequest) -> dict[str, Any]:
    path, _, query = one.path.partition("?")
    body = b"" if one.body is None else orjson.dumps(one.body)
    headers = [(name, value) for name, value in request.scope["headers"] if name in _TAKEN_ALONG]
    headers += [(name.lower().encode(), value.encode()) for name, value in one.headers.items()]
    headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    scope = {
        **request.scope,
        "method": one.method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": headers,
    }
    for own in ("endpoint", "route", "path_params", "fastapi_inner_astack", "fastapi_function_astack"):
        scope.pop(own, None)
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        said.append(message)

    await app(scope, receive, send)
    start = next(message for message in said if message["type"] == "http.response.start")
    content = b"".join(message.get("body", b"") for message in said if message["type"] == "http.response.body")
    etag = next((value.decode() for name, value in start["headers"] if name.lower() == b"etag"), None)
    return {"status": start["status"], "etag": etag, "body": orjson.loads(content) if content else None}
