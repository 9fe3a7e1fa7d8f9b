"""Holds what a dialog says that it needs against the table of rights, by what the dialog really sends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import product

from shared.people.vocabulary import Permission
from tests.authorisation.platform_people import OTHER, OWN, SAME
from tests.authorisation.rules import Entry, Rule
from tests.authorisation.table import ENTRIES
from tests.authorisation.table_commands import BY_ROUTE, ELSEWHERE
from tests.authorisation.world import Who

WIDER = {"COMMAND PlanClassSession": "its line tells of a class on the spot, which whoever teaches may make, too"}
"""Commands whose line in the table lets more people in than the dialogs are for."""
_EVERY = frozenset(map(str, Permission))
_PLACE = re.compile(r"\{\w+\}")


@cache
def _lines() -> tuple[tuple[re.Pattern[str], Entry], ...]:
    """The lines of the table; a `{place}` of a route's path stands for any name."""
    made = []
    for entry in ENTRIES:
        parts = (re.escape(part) for part in _PLACE.split(entry.route))
        made.append((re.compile("[^/]+".join(parts)), entry))
    return tuple(made)


def line_of(sent: str) -> Entry | None:
    """The line of `COMMAND AddPerson` or `POST /api/v1/users`; a command without one has that of its route."""
    known = BY_ROUTE.get(sent.removeprefix("COMMAND "), sent).partition("?")[0]
    return next((entry for pattern, entry in _lines() if pattern.fullmatch(known)), None)


def _lets_in(rule: Rule, words: Iterable[str]) -> bool:
    """Tell whether holding these words is enough for somebody, whatever else he or she is to the row."""
    held = frozenset(map(str, words))
    return any(
        rule.allows(Who("somebody", held, teaches=teaches, attends=attends), relation)
        for teaches, attends, relation in product((False, True), (False, True), (OWN, SAME, OTHER))
    )


def unfit(needs: Sequence[str] | None, sent: Iterable[str]) -> list[str]:
    """Return in which way a dialog's `needs` isn't what lets each of the things pass that it sends.

    A dialog without `needs` goes by its page, and an empty one is for everybody.
    """
    faults = []
    for what in sorted(set(sent)) if needs else ():
        line = line_of(what)
        if line is None and what.removeprefix("COMMAND ") not in ELSEWHERE:
            faults.append(f"{what} isn't in the table of rights")
        if line is None or line.no_proof:  # a test of its own says who may send it
            continue
        rule = line.rule
        faults += [
            f"needs {word}, which alone doesn't let {what} pass" for word in needs or () if not _lets_in(rule, [word])
        ]
        if what not in WIDER and _lets_in(rule, _EVERY - frozenset(map(str, needs or ()))):
            faults.append(f"{what} passes without any of {', '.join(map(str, needs or ()))}")
    return faults
