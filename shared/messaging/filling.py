"""Fills the places of a letter's template: fixed names in braces, filled once, never anything that is carried out."""

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

_PLACE = re.compile(r"\{([a-z_]+)\}")
_BRACES = re.compile(r"\{([^{}\n]*)\}")
_GAP = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class UnknownPlace:
    """A name in braces that isn't a place of the letter, and the place that was perhaps meant ("" if none)."""

    name: str
    nearest: str


def places_of(template: str) -> list[str]:
    """Return the names of a template's places, in their order, each once."""
    return list(dict.fromkeys(_PLACE.findall(template)))


def unknown_places(template: str, known: Collection[str]) -> list[UnknownPlace]:
    """Return what stands in braces and isn't one of the `known` places, each once."""
    found = dict.fromkeys(name for name in _BRACES.findall(template) if name not in known)
    return [UnknownPlace(name, _nearest(name, known)) for name in found]


def _nearest(name: str, known: Collection[str]) -> str:
    folded = name.strip().lower().replace(" ", "_").replace("-", "_")
    return next(iter(difflib.get_close_matches(folded, sorted(known), n=1, cutoff=0.5)), "")


def filled(template: str, values: Mapping[str, str]) -> str:
    """Return a template with its places filled; what a value holds is never looked at again.

    A line whose places are all empty is left out, so that one template serves letters with and without a link.
    """
    lines = [_line(line, values) for line in template.split("\n") if not _is_empty(line, values)]
    return _GAP.sub("\n\n", "\n".join(lines)).strip()


def _is_empty(line: str, values: Mapping[str, str]) -> bool:
    names = _PLACE.findall(line)
    return bool(names) and not any(values.get(name) for name in names)


def _line(line: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda found: values.get(found[1], ""), line)
