"""Reads the JSON of requests as strictly as the server writes it: no lone half of a letter, no duplicate meanings."""

from collections.abc import Iterable
from typing import Any

import orjson
from fastapi.routing import APIRoute, request_response
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute


class _StrictRequest(Request):
    """A request whose body is UTF-8 and whose numbers fit; what isn't is answered like any other broken JSON."""

    async def json(self) -> Any:
        """Return what the body says. Raises json.JSONDecodeError, which the framework answers with 422."""
        if not hasattr(self, "_json"):
            self._json = orjson.loads(await self.body() or b"null")
        return self._json


def read_strictly(routes: Iterable[BaseRoute]) -> None:
    """Let these routes read their bodies so; a number beyond 64 bits comes as a float, which no whole number takes.

    Python's own reader takes halves of surrogate pairs, which no database keeps and no answer can carry.
    """
    for route in routes:
        if isinstance(route, APIRoute) and route.body_field is not None:
            route.app = request_response(_strict(route))


def _strict(route: APIRoute) -> Any:
    handle = route.get_route_handler()

    async def handler(request: Request) -> Response:
        answer: Response = await handle(_StrictRequest(request.scope, request.receive))
        return answer

    return handler
