"""The words and looks of marking: where work stands, how late it is, what lateness costs, and its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, tzinfo
from typing import Any

from desktop.grading.marking_line import Standing, WorkLine
from desktop.grading.marking_store import Bench
from desktop.grading.part_words import part_name
from desktop.shell.times import clock_words, moment_words, short_date
from shared.core.clock import parse_instant
from shared.core.text import plural, text
from shared.grading.late_rules import LateResult
from shared.grading.mark_rules import late_rule
from shared.grading.points import points_text
from shared.grading.vocabulary import EntryKind, LateKind, MarkStatus
from shared.grading.work_rules import due_at

Body = Mapping[str, Any]
_MINUS = "−"


def standing_badge(line: WorkLine) -> tuple[str, str]:
    """Return the word and tone of a line's badge; graded lines show their points instead (no word)."""
    return {
        Standing.NEW: (text("New"), "info"),
        Standing.DRAFT: (text("Draft"), "warn"),
        Standing.HALF: (text("{n} of 2", n=sum(bool(one["finished"]) for one in line.parts)), "info"),
        Standing.AGREE: (text("To agree"), "warn"),
        Standing.ASKED: (text("Asks"), "warn"),
        Standing.MISSING: (text("Missing"), "bad"),
        Standing.EXCUSED: (text("Excused"), "vio"),
        Standing.EXTENDED: (text("Extended"), "vio"),
        Standing.AWAITED: (text("Not in"), "neu"),
    }.get(line.standing, ("", ""))


def late_words(days: int) -> str:
    """Return `Late 2 days`."""
    return plural("Late 1 day", "Late {n} days", days)


def line_words(bench: Bench, line: WorkLine, zone: tzinfo, today: date) -> str:
    """Return what stands below a name: when it was handed in, how late, or when it is due."""
    if line.submission is not None and line.submission.get("handed_in_at"):
        if line.is_late and line.standing in {Standing.NEW, Standing.DRAFT}:
            return late_words(line.days_late)
        at = parse_instant(line.submission["handed_in_at"]).astimezone(zone)
        return text("{day}, {time}", day=short_date(at.date(), today), time=clock_words(at))
    due = due_at(bench.assignment, line.extension)
    if due is None:
        return "" if bench.handed_in_here else text("Not handed in here")
    return text("Due {day}", day=short_date(due.astimezone(zone).date(), today))


def late_rule_words(assignment: Body, result: LateResult) -> str:
    """Return lateness with its rule: `Late 2 days, 5% a day`; with what stays where the floor held."""
    rule = late_rule(assignment)
    late = late_words(result.days)
    if rule.kind is LateKind.PERCENT_PER_DAY:
        words = text("{late}, {percent}% a day", late=late, percent=points_text(rule.amount))
    elif rule.kind is LateKind.FIXED:
        words = text("{late}, {points} points once", late=late, points=points_text(rule.amount))
    else:
        return text("{late}, costs nothing", late=late)
    if result.floored:
        return text("{words}, at least {percent}% stay", words=words, percent=points_text(rule.floor))
    return words


def minus(hundredths: int) -> str:
    """Return points that are taken away with a real minus sign."""
    return f"{_MINUS}{points_text(hundredths)}" if hundredths else points_text(0)


def judged_words(body: Body) -> str:
    """Return what a mark or a step of its history says: points, or a word."""
    status = body.get("status")
    if status == MarkStatus.MISSING:
        return text("Missing")
    if status == MarkStatus.EXCUSED:
        return text("Excused")
    if status != MarkStatus.MARKED or body.get("score") is None:
        return text("Not graded")
    score = str(body["score"])
    return (
        text("{points} points", points=score) if body.get("finished") else text("Draft, {points} points", points=score)
    )


def entry_words(entry: Body, zone: tzinfo, now: Any) -> tuple[str, str]:
    """Return a step of a mark's history as two lines: what, and who, when and why."""
    kind = {
        EntryKind.CORRECTED: text("Corrected: {mark}", mark=judged_words(entry)),
        EntryKind.SETTLED: text("Decided: {mark}", mark=judged_words(entry)),
        EntryKind.RELEASED: text("Published"),
    }.get(entry["kind"], judged_words(entry))
    part = part_name(entry.get("part") or "")
    kind = text("{part}: {mark}", part=part, mark=kind) if part else kind
    when = moment_words(parse_instant(entry["at"]).astimezone(zone), now)
    who = entry.get("by_name") or text("Someone")
    parts = [who, when, entry.get("device_name") or "", entry.get("reason") or ""]
    return kind, " · ".join(part for part in parts if part)
