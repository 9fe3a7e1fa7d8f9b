"""The published description of the API: examples, the one error shape, and who may call what."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import RootModel

from server.core.responses import Answer, Failure
from shared.core.strict import StrictModel

PATH = "/api/v1/openapi.json"
PUBLIC: dict[str, Any] = {"security": []}

"""Give this as `openapi_extra` to a route that needs no sign-in."""
_FAILURE = "#/components/schemas/Failure"
_FAILURE_EXAMPLE = {
    "error": "Sign in first.",
    "code": "not_signed_in",
    "request_id": "5f3a9c1e7b2d4a60",
}


def described(model: type[StrictModel | RootModel[Any]] | None, example: object, **more: Any) -> dict[str, Any]:
    """Return a route's keyword arguments that document its answer: the model of `data`, and an example of it.

    The route itself returns ready bytes; a contract test holds both together.
    """
    shape: Any = Answer[model] if model is not None else Answer[dict[str, Any]]  # type: ignore[valid-type]  # made at run time
    body = {"application/json": {"example": {"data": example}}}
    return {"response_model": shape, "responses": {200: {"content": body, "description": "Done"}}, **more}


def failures(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that fails with these statuses.

    By reference: a model for each status of each route was half the time that it takes to build the application.
    """
    told = {"description": "An error, with its word", "content": {"application/json": {"schema": {"$ref": _FAILURE}}}}
    return dict.fromkeys(statuses, told)


def open_paths(app: FastAPI) -> Callable[[str], bool]:
    """Return what tells whether a path is one that nobody need be signed in for."""
    routes = [route for route in app.router.routes if isinstance(route, APIRoute)]
    patterns = [route.path_regex for route in routes if (route.openapi_extra or {}).get("security") == []]
    return lambda path: any(pattern.match(path) for pattern in patterns)


def install_description(app: FastAPI) -> None:
    """Make the application publish its description with our error shape and its way of signing in."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]  # the way that FastAPI offers


def _described(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    parts = schema.setdefault("components", {})
    parts.setdefault("schemas", {})["Failure"] = Failure.model_json_schema()
    parts["schemas"].pop("HTTPValidationError", None)
    parts["schemas"].pop("ValidationError", None)
    parts["securitySchemes"] = {"accessToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    schema["security"] = [{"accessToken": []}]
    content = {"application/json": {"schema": {"$ref": _FAILURE}, "example": _FAILURE_EXAMPLE}}
    for path in schema["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = {"description": "An error, with its word", "content": content}
    return schema
