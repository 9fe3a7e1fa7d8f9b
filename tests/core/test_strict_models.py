"""No field of any message, command or row takes a word for a number, a number for a truth, or a count for a day."""

import importlib
import json
import pkgutil
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

import pytest
from pydantic import BaseModel, RootModel, ValidationError  # noqa: TID251 - whatever derives from it
from pydantic_settings import BaseSettings

import desktop
import server
import shared
from shared.core.strict import StrictModel
from tests.serving import TestServer

SAMPLES = ("1", "true", "0", True, False, 1, 0, 2, 1.0, 0.5)
SORTS = {"integer": int, "number": (int, float), "boolean": bool, "string": str, "null": type(None)}
OF_THE_SORT = frozenset({"enum", "literal_error", "none_required", "written_out", "missing"})
UNKNOWING = ("server.migrations.env", "server.migrations.versions")


def _below(model: type) -> Iterator[type]:
    for one in model.__subclasses__():
        yield one
        yield from _below(one)


@cache
def models() -> list[type[BaseModel]]:
    for package in (shared, server, desktop):
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not found.name.startswith(UNKNOWING) and not found.name.endswith("__main__"):
                importlib.import_module(found.name)
    ours = {one for one in _below(BaseModel) if one.__module__.split(".")[0] in {"shared", "server", "desktop"}}
    plain = [one for one in ours if not issubclass(one, BaseSettings | RootModel)]
    return sorted(plain, key=lambda one: (one.__module__, one.__name__))


def _takes(part: Any, value: object, known: Any) -> bool:
    """Tell whether the description of a field names the sort of `value`."""
    if "$ref" in part:
        return _takes(known[part["$ref"].rpartition("/")[2]], value, known)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in part:
            return any(_takes(one, value, known) for one in part[several])
    if "const" in part or "enum" in part:
        return any(type(one) is type(value) and one == value for one in part.get("enum", [part.get("const")]))
    sort = part.get("type")
    if sort is None:
        return True
    if sort == "string" and str(part.get("format")).startswith(("date", "time")):
        return False
    return (
        isinstance(value, SORTS.get(sort, ()))
        and (sort == "boolean" or not isinstance(value, bool))
        and not (sort == "integer" and isinstance(value, float))
    )


def _inside(part: Any, known: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each description that a field holds values of, with what puts a value at that place."""
    yield part, lambda value: value
    for one in (*part.get("anyOf", ()), part):
        if one.get("type") == "array" and "items" in one:
            yield one["items"], lambda value: [value]
        if one.get("type") == "object" and isinstance(one.get("additionalProperties"), dict):
            yield one["additionalProperties"], lambda value: {"a": value}


def lax_fields(model: type[BaseModel]) -> list[str]:
    """Return what each field of a model takes that its description doesn't offer."""
    described = model.model_json_schema(mode="validation")
    known = described.get("$defs", {})
    return [
        f"{model.__module__}.{model.__name__}.{name} takes {put(value)!r}"
        for name, part in described.get("properties", {}).items()
        for inner, put in _inside(part, known)
        for value in SAMPLES
        if not _takes(inner, value, known) and not _refused(model, name, put(value))
    ]


def _refused(model: type[BaseModel], name: str, value: object) -> bool:
    try:
        model.model_validate({name: value})
    except ValidationError as failure:
        return any(
            fault["loc"][:1] == (name,) and (fault["type"] in OF_THE_SORT or fault["type"].endswith("_type"))
            for fault in failure.errors(include_url=False, include_context=False)
        )
    return False


def test_no_field_takes_what_only_reads_like_its_sort() -> None:
    assert len(models()) > 500, "there are models to look at"
    assert [lax for model in models() for lax in lax_fields(model)] == []


def test_what_json_has_no_sort_for_is_read_from_its_json_form_on_both_ways() -> None:
    class Sort(StrEnum):
        PAPER = "paper"

    class Line(StrictModel):
        count: int

    class Sheet(StrictModel):
        sort: Sort
        lines: tuple[Line, ...]
        rate: float
        first: date
        at: datetime
        sums: dict[int, int]

    given = {
        "sort": "paper", "lines": [{"count": 1}], "rate": 2, "first": "2026-01-31", "at": "2026-01-31T08:00:00Z",
        "sums": {"5": 1},
    }  # fmt: skip
    assert Sheet.model_validate(given) == Sheet.model_validate_json(json.dumps(given))
    wrong = {
        "lines": [{"count": "1"}], "rate": "2", "first": 20_000, "at": "1769846400", "sums": {"5": True},
    }  # fmt: skip
    for name, value in wrong.items():
        for read, packed in ((Sheet.model_validate, dict), (Sheet.model_validate_json, json.dumps)):
            with pytest.raises(ValidationError) as refused:
                read(packed({**given, name: value}))
            assert {fault["loc"][0] for fault in refused.value.errors()} == {name}


@pytest.mark.parametrize("seats", ["30", True, 30.0, "true"])
def test_an_edit_and_an_addition_take_a_number_as_a_number_alone(sqlite_server: TestServer, seats: object) -> None:
    sqlite_server.add_person("boss")
    token = sqlite_server.sign_in("boss").data["access_token"]
    added = sqlite_server.post("/api/v1/rooms", {"name": "Lab 1", "capacity": seats}, token)
    assert (added.status, added.code) == (422, "invalid_payload"), added.body
    room = sqlite_server.post("/api/v1/rooms", {"name": "Lab 1", "capacity": 30}, token).data
    place, seen = f"/api/v1/rooms/{room['id']}", f'"{room["revision"]}"'
    changed = sqlite_server.ask("PATCH", place, {"capacity": seats}, token, if_match=seen)
    assert (changed.status, changed.code) == (422, "field_invalid"), changed.body
    assert sqlite_server.ask("PATCH", place, {"capacity": 31}, token, if_match=seen).status == 200


def test_a_number_in_an_address_is_read_from_its_word(sqlite_server: TestServer) -> None:
    sqlite_server.add_person("boss")
    token = sqlite_server.sign_in("boss").data["access_token"]
    assert sqlite_server.get("/api/v1/rooms?page=1&limit=5", token).status == 200
