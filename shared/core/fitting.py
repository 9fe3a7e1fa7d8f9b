"""Whether the payload of a command is what the server reads: told where it was typed, before it is saved anywhere."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, to_json

from shared.core.errors import CampusError
from shared.core.strict import Exactly, StrictModel
from shared.core.text import text

Models = Mapping[str, type[StrictModel]]
_SHOWN = 40
_ADDERS = ("Add", "Plan")


@lru_cache(maxsize=1_000)
def reader_of(model: type[StrictModel], name: str) -> TypeAdapter[Any] | None:
    """Return what reads one field of a model, None where it has no such field."""
    field = model.model_fields.get(name)
    if field is None:
        return None
    sort: Any = Annotated[(field.annotation, *field.metadata, Exactly)]
    return TypeAdapter(sort)


def refuse_misfit(kind: str, payload: Mapping[str, Any], models: Models) -> None:
    """Raise CampusError `invalid_payload` where the server couldn't read a payload of the command type `kind`.

    Its details give a sentence for each field under `fields`. The values of an edit are held against the model that
    adds such a row; types without a model pass, and the server has the last word.
    """
    faults = dict(_faults(kind, payload, models))
    if faults:
        raise CampusError("invalid_payload", next(iter(faults.values())), {"fields": faults})


def _faults(kind: str, payload: Mapping[str, Any], models: Models) -> Iterator[tuple[str, str]]:
    model = models.get(kind)
    if model is None:
        return
    try:
        model.model_validate_json(to_json(payload))
    except ValidationError as failure:
        yield from ((str(fault["loc"][0]) if fault["loc"] else "", _sentence(fault)) for fault in failure.errors())
    adds = next((models[word + kind[4:]] for word in _ADDERS if word + kind[4:] in models), None)
    changes = payload.get("changes")
    if adds is None or not kind.startswith("Edit") or not isinstance(changes, Mapping):
        return
    for name, change in changes.items():
        reader = reader_of(adds, name)
        try:
            if reader is not None and isinstance(change, Mapping):
                reader.validate_json(to_json(change.get("new")))
        except ValidationError as failure:
            yield name, _sentence(failure.errors()[0])


def _sentence(fault: ErrorDetails) -> str:
    value, limits = fault["input"], fault.get("ctx", {})
    shown = str(value)[:_SHOWN] if isinstance(value, str | int | float) else ""
    if fault["type"] == "string_too_long":
        most = limits["max_length"]
        return text("{value}… has {n} letters. At most {most} are kept.", value=shown, n=len(value), most=most)
    if isinstance(limits.get("error"), ValueError):
        return str(limits["error"])
    if not shown.strip():
        return text("Something that is needed is missing. Fill it in and save again.")
    return text("{value} can't be saved here. Change it and save again.", value=shown)
