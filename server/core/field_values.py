"""Holds the values of an edit against the model that adds such a row, so that both take the same."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from server.core.batch import Decision, Item, rejected
from shared.core.fitting import reader_of
from shared.core.strict import StrictModel
from shared.core.text import text


def refused_values(item: Item, model: type[StrictModel], wanted: Mapping[str, Any]) -> Decision | None:
    """Refuse an edit with a value that the model wouldn't take; fields that it doesn't have are the caller's."""
    faults = []
    for name, value in wanted.items():
        reader = reader_of(model, name)
        try:
            if reader is not None:
                reader.validate_python(value)
        except ValidationError as failure:
            faults.append({"field": name, "reason": failure.errors()[0]["msg"]})
    if not faults:
        return None
    names = ", ".join(sorted(fault["field"] for fault in faults))
    message = text("These fields can't be saved as they are: {fields}. Change them and save again.", fields=names)
    return rejected(item, "field_invalid", message, fields=faults)
