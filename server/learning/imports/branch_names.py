"""Finds the branch that a list names, however it is written, and the nearest one where there is none."""

import difflib
from collections.abc import Sequence

from server.core.entities import Body
from shared.people.rules import fold

_LIKE = 0.6


class BranchNames:
    """The branches of one institute, each with `id`, `name` and `state`; a removed one only stays where it is."""

    def __init__(self, branches: Sequence[Body]) -> None:
        self._by_name: dict[str, list[Body]] = {}
        for one in branches:
            self._by_name.setdefault(fold(str(one["name"])), []).append(one)

    def found(self, name: str, present: str | None) -> list[str]:
        """Return the ids of the branches so called; only `present` where the person is at one of them already."""
        called = self._by_name.get(fold(name), [])
        if any(one["id"] == present for one in called):
            return [str(present)]
        return [str(one["id"]) for one in called if one["state"] == "active"]

    def nearest(self, name: str) -> str:
        """Return the name of the branch that is most like this one, an empty text where none is."""
        active = {
            key: called for key, called in self._by_name.items() if any(one["state"] == "active" for one in called)
        }
        near = difflib.get_close_matches(fold(name), sorted(active), n=1, cutoff=_LIKE)
        return str(active[near[0]][0]["name"]) if near else ""
