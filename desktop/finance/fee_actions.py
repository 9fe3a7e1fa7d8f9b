"""What people do with fees: set what a course or one of its cohorts costs, and take it out of use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.finance.account_store import currency_of, today_of
from shared.core.errors import CampusError
from shared.core.money import parse_amount
from shared.core.text import text
from shared.finance.fee_commands import fee_structure_id
from shared.finance.fee_periods import cost_words, each_words, period_fault
from shared.finance.fee_rules import ACTIVE, RETIRED, fee_fault, structure_for
from shared.finance.permissions import may_manage_finance
from shared.finance.vocabulary import FEE_STRUCTURE, ChargeKind
from shared.learning.vocabulary import ACADEMIC_TERM, COHORT, COURSE

Body = Mapping[str, Any]
_PERCENT_DIGITS = 2


@dataclass(frozen=True)
class TypedLine:
    """One fee as it was typed: `taxes` like `VAT 15, NHIL 2.5`, `due_days` after the enrolment."""

    name: str
    kind: str
    amount: str
    taxes: str = ""
    due_days: int = 0


@dataclass(frozen=True)
class FeeRow:
    """A fee structure with what it is for."""

    body: Body
    place: str

    @property
    def id(self) -> str:
        """The structure's id."""
        return str(self.body["id"])


def fee_rows(desk: Desk) -> list[FeeRow]:
    """Return all fee structures by name."""
    return [FeeRow(body, place_words(desk, body)) for body in desk.store.page(FEE_STRUCTURE, limit=-1)]


def enrolment_cost(desk: Desk, cohort_id: str) -> str:
    """Return in words what whoever is enrolled in a class today is charged, now and later; "" where that is nothing."""
    course_id = str((desk.store.get(COHORT, cohort_id) or {}).get("course_id") or "")
    structure = structure_for(desk.store.page(FEE_STRUCTURE, limit=-1), course_id, cohort_id)
    if structure is None:
        return ""
    terms = tuple(str(one["starts_on"]) for one in desk.store.page(ACADEMIC_TERM, limit=-1))
    return cost_words(structure, today_of(desk), terms)


def often_words(body: Body) -> str:
    """Return how often fees are charged."""
    return each_words(body["by_period"]) if body.get("by_period") else text("once")


def place_words(desk: Desk, body: Body) -> str:
    """Return the course or the class that fees are for."""
    if body.get("cohort_id"):
        return str((desk.store.get(COHORT, body["cohort_id"]) or {}).get("name") or "")
    return str((desk.store.get(COURSE, body.get("course_id") or "") or {}).get("title") or "")


def place_choices(desk: Desk) -> list[tuple[str, str]]:
    """Return courses and classes to choose from, as (`course:id` or `cohort:id`, words)."""
    courses = {one["id"]: str(one.get("title") or "") for one in desk.store.page(COURSE, limit=-1)}
    cohorts = desk.store.page(COHORT, limit=-1)
    return [(f"course:{key}", title) for key, title in courses.items()] + [
        (f"cohort:{one['id']}", text("Only {cohort}", cohort=one.get("name") or "")) for one in cohorts
    ]


def read_taxes(typed: str) -> list[dict[str, Any]]:
    """Return what `VAT 15, NHIL 2.5` says. Raises CampusError `bad_tax`."""
    found = []
    for part in filter(None, (one.strip() for one in typed.split(","))):
        name, _, rate = part.removesuffix("%").strip().rpartition(" ")
        whole, _, small = rate.partition(".")
        small = small.rstrip("0")
        if (
            not name.strip()
            or not whole.isdecimal()
            or len(small) > _PERCENT_DIGITS
            or (small and not small.isdecimal())
        ):
            raise CampusError("bad_tax", text("{value} is not a tax. Write it like VAT 15.", value=part[:40]))
        found.append({"name": name.strip(), "rate": int(whole + small.ljust(_PERCENT_DIGITS, "0"))})
    return found


def taxes_words(taxes: Sequence[Body]) -> str:
    """Return taxes as they are typed."""
    return ", ".join(f"{one['name']} {_percent(one['rate'])}" for one in taxes)


def _percent(rate: int) -> str:
    whole, part = divmod(rate, 100)
    return f"{whole}.{part:02}".rstrip("0").rstrip(".")


def save(
    desk: Desk,
    place: str,
    name: str,
    typed: Sequence[TypedLine],
    *,
    shown: Body | None = None,
    by_period: Body | None = None,
) -> bool:
    """Set fees; False where nothing differs. `place` is one of `place_choices`, `by_period` as fees keep it.

    Raises CampusError `not_allowed`, `field_invalid`, `bad_tax`, `fees_there`, and the codes of `parse_amount`.
    """
    _check(desk)
    currency = str(shown["currency"]) if shown else currency_of(desk)
    lines = [_line(one, currency) for one in typed]
    wanted: dict[str, Any] = {"name": name.strip(), "currency": currency, "lines": lines, "state": ACTIVE}
    wanted |= {"by_period": dict(by_period or {})} if by_period or (shown or {}).get("by_period") else {}
    whole = {"id": fee_structure_id(place), "course_id": place, "cohort_id": None, **wanted}
    fault = fee_fault(wanted) or (None if lines else text("Add a fee.")) or period_fault(whole)
    if fault is not None:
        raise CampusError("field_invalid", fault)
    kind, _, of_id = place.partition(":")
    present = desk.store.get(FEE_STRUCTURE, fee_structure_id(of_id))
    if shown is None and present is not None and present["state"] == ACTIVE:
        raise CampusError("fees_there", text("There are fees for this already. Change those."))
    return _commit(desk, {f"{kind}_id": of_id}, present, wanted)


def _line(typed: TypedLine, currency: str) -> dict[str, Any]:
    return {
        "name": typed.name.strip(),
        "kind": str(ChargeKind(typed.kind)),
        "amount": parse_amount(typed.amount, currency),
        "taxes": read_taxes(typed.taxes),
        "due_days": typed.due_days,
    }


def retire(desk: Desk, shown: Body) -> None:
    """Charge nobody by these fees from now on. Raises CampusError `not_allowed`."""
    _check(desk)
    place = {"course_id": shown["course_id"], "cohort_id": shown["cohort_id"]}
    _commit(desk, place, shown, {"state": RETIRED})


def _commit(desk: Desk, place: Mapping[str, Any], present: Body | None, wanted: Body) -> bool:
    before: Body = present or {}
    changes = {key: {"old": before.get(key), "new": value} for key, value in wanted.items() if before.get(key) != value}
    of_id = place.get("cohort_id") or place["course_id"]
    if changes:
        base = before.get("revision")
        desk.commit([Ask("SaveFeeStructure", fee_structure_id(of_id), {**place, "changes": changes}, base=base)])
    return bool(changes)


def _check(desk: Desk) -> None:
    if not may_manage_finance(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't set fees. Ask the bursar."))
