"""The model that messages, commands and rows derive from: a number is no word, and a truth is no number."""

import re
from typing import Any

from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_SCALARS = frozenset({"bool", "float", "int"})
_TIMES = frozenset({"date", "datetime", "time", "timedelta"})
_PARTS = frozenset(
    {
        "choices", "definitions", "extras_schema", "fields", "items_schema", "json_schema", "lax_schema",
        "python_schema", "schema", "steps", "strict_schema", "values_schema",
    }
)  # fmt: skip
"""Where a schema holds others. Keys aren't among them: JSON has words alone for keys, numbers are read from those."""
_WRITTEN_OUT = re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d|P", re.ASCII)


def _written_out(value: object) -> object:
    """Refuse a day or an instant that is a count of seconds, be it a number or a word."""
    if isinstance(value, int | float) or (isinstance(value, str) and not _WRITTEN_OUT.match(value)):
        raise PydanticCustomError("written_out", "Input should be a day or a time written out, such as 2026-01-31")
    return value


def _exact(part: Any) -> Any:
    """Return a part of a schema in which whole numbers, fractions and truths are taken from their own sort alone."""
    if isinstance(part, list | tuple):
        return type(part)(map(_exact, part))
    if not isinstance(part, dict):
        return part
    sort = part.get("type")
    if not isinstance(sort, str):
        return {name: _exact(value) for name, value in part.items()}
    if sort == "model":
        return part  # another model looks after itself
    inner = {name: _exact(value) if name in _PARTS else value for name, value in part.items()}
    if sort in _TIMES:
        return core_schema.no_info_before_validator_function(_written_out, inner)
    return {**inner, "strict": True} if sort in _SCALARS else inner


class Exactly:
    """Annotates a type that stands outside a model, so that it is read as a field of a `StrictModel` would be."""

    @staticmethod
    def __get_pydantic_core_schema__(source: Any, handler: GetCoreSchemaHandler, /) -> CoreSchema:
        """Return the schema of the annotated type, made exact."""
        made: CoreSchema = _exact(handler(source))
        return made


class StrictModel(BaseModel):
    """A pydantic model to which `1` is neither `"1"` nor `1.0` nor `true`, in requests, answers, commands and rows.

    Days, enumerations, tuples and ids are read from their JSON form. That is why it isn't pydantic's own `strict`:
    where JSON was parsed before the model sees it (payloads of commands, FastAPI) that one refuses a list for a tuple
    and a word for an enumeration. A fraction takes a whole number, since JSON writes 1.0 as 1 in places.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler, /) -> CoreSchema:
        """Return the model's schema with its own fields made exact; pydantic asks for it once for each model."""
        schema = handler(source)
        own: Any = handler.resolve_ref_schema(schema)
        while own["type"] != "model":
            own = own["schema"]
        own["schema"] = _exact(own["schema"])
        return schema
