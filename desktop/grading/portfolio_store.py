"""What the page of a portfolio reads and does: chosen work with captions, in an order, and what could be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.core.queries import Where
from desktop.people.actions import Done
from shared.core.errors import CampusError
from shared.core.text import text
from shared.grading.ids import mark_id
from shared.grading.portfolio import may_show, portfolio_fault, portfolio_item_id
from shared.grading.skill_vocabulary import PORTFOLIO_ITEM
from shared.grading.vocabulary import ASSIGNMENT, MARK, SUBMISSION, KeptState
from shared.grading.work_rules import counting
from shared.learning.vocabulary import COHORT
from shared.people.vocabulary import PERSON

Body = Mapping[str, Any]
KINDS_READ = frozenset({PORTFOLIO_ITEM, SUBMISSION, ASSIGNMENT, MARK, COHORT, PERSON})
MOST_ITEMS = 100


@dataclass(frozen=True)
class Shown:
    """A piece of work in a portfolio, or one that could be: `item` is None until it is chosen."""

    submission: Body
    title: str
    course: str
    item: Body | None = None

    @property
    def id(self) -> str:
        """The attempt's id."""
        return str(self.submission["id"])

    @property
    def caption(self) -> str:
        """What the student says of it."""
        return str(self.item["caption"]) if self.item is not None else ""


def _shown(desk: Desk, submission: Body, item: Body | None) -> Shown:
    work = desk.store.get(ASSIGNMENT, submission["assignment_id"]) or {}
    cohort = desk.store.get(COHORT, submission["cohort_id"]) or {}
    return Shown(submission, str(work.get("title") or text("A piece of work")), str(cohort.get("name") or ""), item)


def read_portfolio(desk: Desk, person_id: str) -> list[Shown]:
    """Return a student's chosen work in order; what isn't on this computer is left out."""
    items = desk.store.page(PORTFOLIO_ITEM, [Where("person_id", "=", person_id)], limit=-1)
    kept = sorted(
        (one for one in items if one["state"] == KeptState.KEPT), key=lambda one: (one["position"], one["id"])
    )
    work = desk.store.many(SUBMISSION, [one["submission_id"] for one in kept])
    return [_shown(desk, work[one["submission_id"]], one) for one in kept if one["submission_id"] in work]


def could_show(desk: Desk) -> list[Shown]:
    """Return own work whose mark is published and that isn't chosen yet; of several attempts the one that counts."""
    own = desk.store.page(SUBMISSION, [Where("person_id", "=", desk.actor.person_id)], limit=-1)
    chosen = {one.id for one in read_portfolio(desk, desk.actor.person_id)}
    by_work: dict[tuple[str, str], list[Body]] = {}
    for one in own:
        by_work.setdefault((one["assignment_id"], one["enrolment_id"]), []).append(one)
    found = []
    for key, attempts in by_work.items():
        last = counting(attempts)
        if last is None or last["id"] in chosen:
            continue
        if portfolio_fault(last, desk.store.get(MARK, mark_id(*key))) is None:
            found.append(_shown(desk, last, None))
    return sorted(found, key=lambda one: (one.course, one.title))


def save_item(desk: Desk, shown: Shown, caption: str, position: int | None = None) -> Done:
    """Take work into the own portfolio, or change its caption. Raises CampusError `not_allowed`, `not_released`."""
    if not may_show(desk.actor, shown.submission):
        raise CampusError("not_allowed", text("Students choose among their own work alone."))
    mark = desk.store.get(MARK, mark_id(shown.submission["assignment_id"], shown.submission["enrolment_id"]))
    fault = portfolio_fault(shown.submission, mark)
    if fault is not None:
        raise CampusError(fault.code, fault.sentence)
    many = read_portfolio(desk, desk.actor.person_id)
    if shown.item is None and len(many) >= MOST_ITEMS:
        raise CampusError("portfolio_full", text("A portfolio holds at most {n} pieces of work.", n=MOST_ITEMS))
    at = position if position is not None else shown.item["position"] if shown.item else _last(many) + 1
    fresh = Shown(shown.submission, shown.title, shown.course, _row(desk, shown))
    return _commit(desk, [(fresh, caption, at, False)], text("{work} is in your portfolio", work=shown.title))


def remove_item(desk: Desk, shown: Shown) -> Done:
    """Take work out of the own portfolio; the work itself stays."""
    words = text("{work} is out of your portfolio", work=shown.title)
    return _commit(desk, [(shown, shown.caption, int((shown.item or {}).get("position") or 0), True)], words)


def move_item(desk: Desk, person_id: str, submission_id: str, step: int) -> Done | None:
    """Move work one place up (-1) or down (1); None where there is no further place."""
    rows = read_portfolio(desk, person_id)
    at = next((place for place, one in enumerate(rows) if one.id == submission_id), -1)
    if at < 0 or not 0 <= at + step < len(rows):
        return None
    rows[at], rows[at + step] = rows[at + step], rows[at]
    moved = [
        (one, one.caption, place, False)
        for place, one in enumerate(rows)
        if one.item is not None and one.item["position"] != place
    ]
    return _commit(desk, moved, text("{work} moved", work=rows[at + step].title))


def _last(rows: Sequence[Shown]) -> int:
    return max((int(one.item["position"]) for one in rows if one.item is not None), default=-1)


def _row(desk: Desk, shown: Shown) -> Body | None:
    """Return the item's row as it is now, one that was taken out too: its revision is what a change stands on."""
    return desk.store.get(PORTFOLIO_ITEM, portfolio_item_id(shown.id))


def _commit(desk: Desk, wanted: Sequence[tuple[Shown, str, int, bool]], words: str) -> Done:
    asks = []
    for one, caption, position, removed in wanted:
        payload = {"submission_id": one.id, "caption": caption.strip(), "position": position, "removed": removed}
        base = one.item["revision"] if one.item is not None else None
        asks.append(Ask("SavePortfolioItem", portfolio_item_id(one.id), payload, base=base))
    commands = desk.commit(asks)
    undo = []
    for (one, _caption, position, _removed), command in zip(wanted, commands, strict=True):
        before = one.item or {"caption": "", "position": position, "state": str(KeptState.REMOVED)}
        gone = before["state"] == KeptState.REMOVED
        payload = {"submission_id": one.id, "caption": before["caption"], "position": before["position"]}
        undo.append(Ask("SavePortfolioItem", portfolio_item_id(one.id), {**payload, "removed": gone}, base=command.id))
    return Done(words, tuple(undo))
