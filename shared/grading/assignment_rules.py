"""Rules of assignments and grade schemes: which values fit together, and which word a grade gets."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from pydantic import ValidationError

from shared.core.clock import parse_instant
from shared.core.file_names import safe_name
from shared.core.text import text
from shared.grading.commands import AddAssignment
from shared.grading.file_kind_rules import unknown_kinds
from shared.grading.group_rules import is_for_groups
from shared.grading.models import Bound, SchemeCategory
from shared.grading.points import ONE, points_text, read_points
from shared.grading.rubric_rules import Fault, most_points
from shared.grading.vocabulary import AssignmentState, LateKind, ScaleKind, WorkKind

Body = Mapping[str, Any]
DEFAULT_SCHEME: Mapping[str, Any] = {
    "categories": [],
    "scale": str(ScaleKind.PERCENT),
    "bounds": [],
    "places": 1,
    "state": "open",
    "locked_by_name": "",
    "locked_at": None,
}
_HUNDRED = 100 * ONE
_MOST_CATEGORIES = 20
_SETTABLE = frozenset({AssignmentState.DRAFT, AssignmentState.OPEN, AssignmentState.CLOSED})


def assignment_from(values: Body) -> dict[str, Any] | None:
    """Return an assignment's fields in the form in which they are kept, None where one can't be kept at all."""
    try:
        made = AddAssignment.model_validate(values).model_dump(mode="json", include=set(AddAssignment.model_fields))
    except ValidationError:
        return None
    for name in ("title", "instructions"):
        made[name] = made[name].strip()
    for holder, name in ((made, "points"), (made["late"], "amount"), (made["late"], "floor_percent")):
        typed = read_points(holder[name]).hundredths
        holder[name] = holder[name] if typed is None else points_text(typed)
    made["takes"] = sorted(set(made["takes"]))
    made["attachments"] = [{**one, "name": safe_name(one["name"])} for one in made["attachments"]]
    made["allowed_types"] = sorted({one.strip().lower().lstrip(".") for one in made["allowed_types"]} - {""})
    return made


def assignment_fault(values: Body, criteria: Sequence[Body] | None = None) -> Fault | None:
    """Return why an assignment's fields don't fit together, or None. `criteria` are its rubric's.

    Codes: `title_missing`, those of `read_points`, `takes_nothing`, `takes_unneeded`, `file_kind_unknown`,
    `attachment_twice`, `due_before_open`, `cutoff_before_due`, `late_invalid`, `rubric_points_differ`, `state_invalid`,
    `peers_of_groups`, `peers_of_paper`, `groups_of_marks`, `groups_by_two`.
    """
    if not values["title"]:
        return Fault("title_missing", text("Enter a title."))
    points = read_points(values["points"])
    if points.hundredths is None:
        return Fault(points.code, points.sentence)
    if values["state"] not in _SETTABLE:
        return Fault("state_invalid", text("Choose draft, open or closed."))
    if values["work_kind"] == WorkKind.HANDED_IN and not values["takes"]:
        return Fault("takes_nothing", text("Choose what is handed in: files, text or a recording."))
    if values["work_kind"] != WorkKind.HANDED_IN and values["takes"]:
        return Fault("takes_unneeded", text("Work on paper, practical work and bare columns take nothing here."))
    faults = (_files_fault(values), _times_fault(values), _late_fault(values["late"]), _together_fault(values))
    return next((one for one in faults if one is not None), None) or _points_fault(points.hundredths, criteria)


def _files_fault(values: Body) -> Fault | None:
    unknown = unknown_kinds(values["allowed_types"])
    if unknown:
        words = text("No file of the kind {kinds} can be handed in. Enter endings like pdf, docx or jpg.",
                     kinds=", ".join(unknown))  # fmt: skip
        return Fault("file_kind_unknown", words)
    hashes = [one["sha256"] for one in values["attachments"]]
    if len(set(hashes)) < len(hashes):
        return Fault("attachment_twice", text("A file is given with the work twice. Remove one of the two."))
    return None


def _together_fault(values: Body) -> Fault | None:
    groups, peers = is_for_groups(values), values.get("peer_reviews", 0)
    if peers and groups:
        return Fault("peers_of_groups", text("The work of groups has no reviews by students. Choose one of the two."))
    if peers and values["work_kind"] != WorkKind.HANDED_IN:
        return Fault("peers_of_paper", text("Students review each other only where work is handed in here."))
    if groups and values["work_kind"] == WorkKind.MANUAL:
        return Fault("groups_of_marks", text("A bare column has no groups. Choose another kind of work."))
    if groups and values.get("markers", 1) > 1:
        return Fault("groups_by_two", text("The work of groups is marked by one. Choose one of the two."))
    return None


def _times_fault(values: Body) -> Fault | None:
    opens, due, cutoff = (parse_instant(one) if (one := values[name]) else None for name in _TIMES)
    if opens is not None and due is not None and due <= opens:
        return Fault("due_before_open", text("The due time is before the work opens. Choose a later one."))
    begins = due or opens
    if cutoff is not None and begins is not None and cutoff < begins:
        return Fault("cutoff_before_due", text("The cut-off is before the work is due. Choose a later one."))
    return None


_TIMES = ("opens_at", "due_at", "cutoff_at")


def _late_fault(late: Body) -> Fault | None:
    amount, floor = read_points(late["amount"]), read_points(late["floor_percent"], _HUNDRED)
    for typed in (amount, floor):
        if typed.hundredths is None:
            return Fault("late_invalid", text("Late work: {reason}", reason=typed.sentence))
    if late["kind"] == LateKind.PERCENT_PER_DAY and (amount.hundredths or 0) > _HUNDRED:
        return Fault("late_invalid", text("Late work: a day can't cost more than 100 percent."))
    return None


def _points_fault(points: int, criteria: Sequence[Body] | None) -> Fault | None:
    if criteria is None or (most := most_points(criteria)) == points:
        return None
    places = {"most": points_text(most), "points": points_text(points)}
    words = text("The rubric gives at most {most} points, the work has {points}. Make them the same.", **places)
    return Fault("rubric_points_differ", words)


def scheme_from(values: Body) -> dict[str, Any] | None:
    """Return the fields of a grade scheme in the form in which they are kept, None where one can't be kept at all."""
    try:
        made = [SchemeCategory.model_validate(one).model_dump(mode="json") for one in values["categories"]]
        bounds = [Bound.model_validate(one).model_dump(mode="json") for one in values["bounds"]]
        scale = str(ScaleKind(values["scale"]))
    except (ValidationError, ValueError, TypeError):
        return None
    places = values["places"]
    if isinstance(places, bool) or places not in (0, 1, 2):
        return None
    for holder, name in (*((one, "weight") for one in made), *((one, "least") for one in bounds)):
        typed = read_points(holder[name]).hundredths
        holder[name] = holder[name] if typed is None else points_text(typed)
    return {"categories": made, "bounds": bounds, "scale": scale, "places": places}


def scheme_fault(values: Body) -> Fault | None:
    """Return why a grade scheme can't be kept, or None.

    Codes: `too_many_categories`, `category_twice`, `weight_invalid`, `weights_zero`, `bounds_invalid`,
    `bounds_missing`.
    """
    kept = values["categories"]
    if len(kept) > _MOST_CATEGORIES:
        return Fault("too_many_categories", text("At most {n} categories fit.", n=_MOST_CATEGORIES))
    names = [one["name"].strip().casefold() for one in kept]
    if len(set(names)) < len(names) or len({one["id"] for one in kept}) < len(kept):
        return Fault("category_twice", text("Two categories have the same name. Rename one."))
    weights = [read_points(one["weight"]) for one in kept]
    for one, typed in zip(kept, weights, strict=True):
        if typed.hundredths is None:
            words = text(
                "The weight of {name} isn't a number from 0 to 100,000. Type one such as 40.", name=one["name"]
            )
            return Fault("weight_invalid", words)
    if kept and not any(typed.hundredths for typed in weights):
        return Fault("weights_zero", text("All weights are 0. Give at least one category a weight."))
    return _bounds_fault(values["scale"], values["bounds"])


def _bounds_fault(scale: str, bounds: Sequence[Body]) -> Fault | None:
    least = [read_points(one["least"], _HUNDRED).hundredths for one in bounds]
    if None in least or len(set(least)) < len(least):
        return Fault("bounds_invalid", text("Each word needs a percentage of its own, from 0 to 100."))
    if scale not in (ScaleKind.PERCENT, ScaleKind.POINTS) and (not bounds or 0 not in least):
        return Fault("bounds_missing", text("Say which word a grade gets from 0 percent on."))
    return None


def word_of(scheme: Body, percent: Fraction | int | None) -> str:
    """Return the word that a percentage (in hundredths) gets by a scheme; empty without one."""
    if percent is None:
        return ""
    reached = [(read_points(one["least"]).hundredths or 0, one["word"]) for one in scheme["bounds"]]
    return max(((least, word) for least, word in reached if least <= percent), default=(0, ""))[1]
