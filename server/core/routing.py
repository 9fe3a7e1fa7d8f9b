"""Routes that are put together when they are first asked for: a server is up at once, however much it can do."""

from collections.abc import Callable, Coroutine
from functools import lru_cache
from threading import RLock
from typing import Any

import orjson
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path

_compiled = lru_cache(4_096)(compile_path)
_building = RLock()


class _StrictRequest(Request):
    """A request whose body is UTF-8 and whose numbers fit; what isn't is answered like any other broken JSON.

    Python's own reader takes halves of surrogate pairs, which no database keeps and no answer can carry. A number
    beyond 64 bits comes as a float, which no whole number takes.
    """

    async def json(self) -> Any:
        """Return what the body says. Raises json.JSONDecodeError, which the framework answers with 422."""
        if not hasattr(self, "_json"):
            self._json = orjson.loads(await self.body() or b"null")
        return self._json


class Route(APIRoute):
    """A route that knows its path and methods, and learns the rest when something asks for more.

    To look at an endpoint's parameters and to make their models takes two thirds of a server's start.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **told: Any) -> None:
        self._told: tuple[str, Callable[..., Any], dict[str, Any]] | None = (path, endpoint, told)
        self.path, self.endpoint = path, endpoint
        self.name = told.get("name") or endpoint.__name__
        self.methods = {method.upper() for method in told.get("methods") or ["GET"]}
        self.path_regex, self.path_format, self.param_convertors = _compiled(path)
        self.include_in_schema = told.get("include_in_schema", True)
        self.openapi_extra = told.get("openapi_extra")

    def __getattr__(self, name: str) -> Any:
        """Return what isn't known yet, by putting the route together."""
        if not name.startswith("__"):
            self.put_together()
            if name in self.__dict__:
                return self.__dict__[name]
        raise AttributeError(name)

    def put_together(self) -> None:
        """Look at the endpoint, once; raises what FastAPI does where it can't be served."""
        with _building:
            told, self._told = self.__dict__.get("_told"), None
            if told is not None:
                super().__init__(told[0], told[1], **told[2])

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers, with bodies read strictly."""
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            return await handle(_StrictRequest(request.scope, request.receive))

        return handler


class Router(APIRouter):
    """FastAPI's router with routes of ours."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**{"route_class": Route, **told})
