"""The merge rule for ordinary entities: what each field of an edit becomes when it meets the present row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ConfigDict

from shared.core.strict import StrictModel


class FieldChange(StrictModel):
    """One changed field with the value the person saw and the value wanted."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    old: Any = None
    new: Any = None


@dataclass(frozen=True)
class Merge:
    """`applied` are the fields to write; `agreed` had the new value already; `clashing` are the conflict."""

    applied: dict[str, Any] = field(default_factory=dict)
    agreed: tuple[str, ...] = ()
    clashing: tuple[str, ...] = ()


def merge_fields(present: Mapping[str, Any], changes: Mapping[str, FieldChange], *, stale: bool) -> Merge:
    """Decide each changed field against the present row.

    A field whose present value equals the old one is written, one that equals the new one agrees, any other clashes.
    When the base is not stale nothing clashes: the person saw the present row, whatever the payload says is old.
    """
    applied: dict[str, Any] = {}
    agreed: list[str] = []
    clashing: list[str] = []
    for name, change in changes.items():
        value = present.get(name)
        if value == change.new:
            agreed.append(name)
        elif not stale or value == change.old:
            applied[name] = change.new
        else:
            clashing.append(name)
    return Merge(applied, tuple(agreed), tuple(clashing))
