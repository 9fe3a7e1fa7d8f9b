"""Names of settings that are nearly right: told with the one that was meant, in the file and in the environment."""

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from shared.core.text import text

_ALIKE = 0.7
_OURS = frozenset({"settings", "serving", "version", "bench_database"})
"""Variables with our prefix that are no settings."""
_TESTS = "test_"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like `name`, None where none is like it."""
    plain = name.casefold().replace("-", "_")
    found = get_close_matches(plain, list(known), n=1, cutoff=_ALIKE)
    return found[0] if found else None


def unknown_setting(name: str, known: Collection[str], said_as: str = "{}") -> str:
    """Return the sentence for a setting that there isn't; `said_as` is how a setting is written where it was found."""
    meant = nearest(name, known)
    if meant is None:
        return text("There is no such setting.")
    return text("There is no such setting. {name} is the nearest.", name=said_as.format(meant))


def told_faults(errors: Iterable[Mapping[str, Any]], known: Collection[str]) -> dict[str, str]:
    """Return what is the matter with each setting at fault: an unknown one is told with the nearest right name."""
    return {
        ".".join(map(str, one["loc"])): unknown_setting(str(one["loc"][0]), known)
        if one["type"] == "extra_forbidden" and len(one["loc"]) == 1
        else str(one["msg"])
        for one in errors
    }


def mistyped(environment: Mapping[str, str], prefix: str, known: Collection[str]) -> dict[str, str]:
    """Return the variables that begin with `prefix` and are nearly a setting, each with its sentence.

    One that is like none may belong to something else on the machine.
    """
    said = {name: name[len(prefix) :].casefold() for name in environment if name.upper().startswith(prefix)}
    return {
        name: unknown_setting(short, known, prefix + "{}").replace(meant, meant.upper())
        for name, short in sorted(said.items())
        if short not in known and short not in _OURS and not short.startswith(_TESTS)
        if (meant := nearest(short, known)) is not None
    }
