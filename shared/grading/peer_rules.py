"""Rules of reviews by students: who reviews whom, and what a review may be."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any

from shared.core.text import text
from shared.grading.points import points_text
from shared.grading.rubric_rules import Fault, is_whole, levels_fault, total_of
from shared.grading.vocabulary import ReviewState

Body = Mapping[str, Any]
Pair = tuple[str, str]
"""A reviewer and an author, by their enrolments."""


def has_reviews(assignment: Body) -> bool:
    """Tell whether students review each other's work."""
    return int(assignment.get("peer_reviews") or 0) > 0


def allotted(handed_in: Collection[str], count: int, present: Collection[Pair], seed: str) -> list[Pair]:
    """Return who reviews whom in addition to `present`, so that everybody who handed in has `count` to write.

    Nobody reviews the own work, and nobody the same work twice. Without any before, everybody is reviewed equally
    often, too. The same seed gives the same pairs on every computer.
    """
    order = sorted(set(handed_in), key=lambda one: sha256(f"{seed}{one}".encode()).digest())
    most = min(count, len(order) - 1)
    if not present:
        return [(one, order[(at + step) % len(order)]) for at, one in enumerate(order) for step in range(1, most + 1)]
    written, received = Counter(one for one, _ in present), Counter(other for _, other in present)
    taken, found = set(present), list[Pair]()
    for at, reviewer in enumerate(order):
        beside = order[at + 1 :] + order[:at]
        while written[reviewer] < most:
            free = [one for one in beside if (reviewer, one) not in taken]
            author = min(free, key=lambda one: (received[one], beside.index(one)))
            taken.add((reviewer, author))
            found.append((reviewer, author))
            written[reviewer] += 1
            received[author] += 1
    return found


def review_fault(review: Body, criteria: Sequence[Body] | None) -> Fault | None:
    """Return why a review (`levels`, `text`, `sent`) can't be kept, or None. `criteria` are the rubric's.

    Codes: those of `rubric_rules.levels_fault`, `rubric_none`, `rubric_not_whole`, `review_empty`.
    """
    levels, words = review["levels"], review["text"].strip()
    if levels and criteria is None:
        return Fault("rubric_none", text("This work has no rubric any more. Write what you think of it."))
    fault = levels_fault(criteria, levels) if levels and criteria is not None else None
    if fault is not None or not review["sent"]:
        return fault
    if levels and criteria is not None and not is_whole(criteria, levels):
        return Fault("rubric_not_whole", text("A criterion has no level yet. Choose one, or send it later."))
    if not levels and not words:
        return Fault("review_empty", text("There is nothing in this review yet. Choose levels or write something."))
    return None


def review_score(levels: Sequence[Body]) -> str | None:
    """Return the points that the levels of a review come to, None without levels."""
    return points_text(total_of(levels)) if levels else None


def review_state(review: Body) -> ReviewState:
    """Return where a review that is being saved stands."""
    return ReviewState.SENT if review["sent"] else ReviewState.OPEN
