"""What the office does about enrolments that end: look what that does to fees, end them, set the rules; all offline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.core.queries import Where
from desktop.finance.account_store import today_of
from desktop.finance.plan_store import planned_dues
from desktop.finance.subscription_store import subscription_rows
from desktop.learning.actions import set_enrolments
from desktop.people.actions import Done
from desktop.people.words import full_name
from shared.core.errors import CampusError
from shared.core.money import money_text
from shared.core.text import text
from shared.finance.ledger_rules import Account, accounts_of, reversed_ids
from shared.finance.permissions import may_manage_finance, may_see_account
from shared.finance.refund_rules import FIELDS, FIRST, Cancelling, cancelling, refund_rule_id, rule_fault, rule_for
from shared.finance.subscription_vocabulary import LIVING, RUNNING
from shared.finance.vocabulary import ALLOCATION, LEDGER_ENTRY, REFUND_RULE, EntryKind
from shared.learning.vocabulary import ATTENDING, COHORT, COURSE, ENROLMENT, EnrolmentState
from shared.people.vocabulary import PERSON

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Choice:
    """An enrolment that can be cancelled: its row and the name of its class."""

    enrolment: Body
    name: str


def choices_of(desk: Desk, person_id: str) -> list[Choice]:
    """Return the enrolments of a person that can be cancelled."""
    rows = desk.store.page(ENROLMENT, [Where("person_id", "=", person_id)], limit=-1)
    rows = [one for one in rows if one["state"] in ATTENDING]
    cohorts = desk.store.many(COHORT, sorted({one["cohort_id"] for one in rows}))
    found = [Choice(one, str((cohorts.get(one["cohort_id"]) or {}).get("name") or "")) for one in rows]
    return sorted(found, key=lambda one: one.name)


def choices_among(desk: Desk, enrolment_ids: Sequence[str], state: EnrolmentState) -> list[Choice]:
    """Return those of some enrolments that can be cancelled or set dropped, each by the name of its student."""
    before = ATTENDING if state is EnrolmentState.CANCELLED else frozenset(EnrolmentState) - {state}
    rows = [one for one in desk.store.many(ENROLMENT, enrolment_ids).values() if one["state"] in before]
    people = desk.store.many(PERSON, sorted({one["person_id"] for one in rows}))
    return sorted((Choice(one, full_name(people.get(one["person_id"]))) for one in rows), key=lambda one: one.name)


def look(desk: Desk, enrolment: Body) -> tuple[Cancelling | None, Account | None]:
    """Return what cancelling an enrolment today does by the rule of its course, and the account as it is."""
    cohort = desk.store.get(COHORT, enrolment["cohort_id"]) or {}
    rule = rule_for(desk.store.page(REFUND_RULE, limit=-1), str(cohort.get("course_id") or ""))
    if rule is None:
        return None, None
    entries, allocations = _books(desk, enrolment)
    today = today_of(desk)
    first_day = cohort.get("starts_on") or enrolment.get("enrolled_on") or today
    what = cancelling(rule, enrolment["id"], str(first_day), today, entries, allocations)
    return what, accounts_of(entries, allocations).get(what.currency) if what else None


def words_of(desk: Desk, enrolment: Body, state: EnrolmentState = EnrolmentState.CANCELLED) -> list[str]:
    """Return in sentences what cancelling an enrolment, or setting it dropped, does to its fees."""
    seen = may_see_account(desk.actor, str(enrolment["person_id"]))
    later = _later_words(desk, enrolment, state) if seen else []
    if state is not EnrolmentState.DROPPED and not seen:
        return [text("What becomes of its fees follows the rule of the course. Your role doesn't see them.")]
    if state is not EnrolmentState.DROPPED:
        return [*_cancelled_words(desk, enrolment), *later]
    if not seen:
        return [text("Its charges stay. Your role doesn't see them.")]
    return [*_kept_words(desk, enrolment), *later, *_instead_words(desk, enrolment)]


def _kept_words(desk: Desk, enrolment: Body) -> list[str]:
    """Return what stays charged, in each currency."""
    entries, allocations = _books(desk, enrolment)
    gone = reversed_ids(entries)
    own = [one for one in entries if one["enrolment_id"] == enrolment["id"] and one["id"] not in gone]
    own = [one for one in own if one["kind"] == EntryKind.CHARGE]
    lines = []
    for currency, account in sorted(accounts_of(entries, allocations).items()):
        charges = [one for one in own if one["currency"] == currency]
        if charges:
            places = {
                "amount": money_text(sum(one["amount"] for one in charges), currency),
                "open": money_text(sum(account.open.get(one["id"], 0) for one in charges), currency),
            }
            lines.append(text("Its charges stay: {amount}, of which {open} is owed.", **places))
    return lines or [text("It has no charges.")]


def _instead_words(desk: Desk, enrolment: Body) -> list[str]:
    """Return that cancelling would take some of it back, where it would."""
    what, _ = look(desk, enrolment)
    if what is None or not what.reversed:
        return []
    words = "To take {amount} back by the rule of the course, cancel the enrolment instead."
    return [text(words, amount=money_text(what.reversed, what.currency))]


def _later_words(desk: Desk, enrolment: Body, state: EnrolmentState) -> list[str]:
    """Return what becomes of its instalments and of what it pays by the period."""
    person_id = str(enrolment["person_id"])
    charges = {str(one["id"]) for one in _books(desk, enrolment)[0] if one["enrolment_id"] == enrolment["id"]}
    lines = []
    if charges & set(planned_dues(desk, person_id)):
        stays = state is EnrolmentState.DROPPED
        words = text("Its instalments stay due as agreed.")
        lines.append(words if stays else text("Its instalments come to what stays charged."))
    over = RUNNING if state is EnrolmentState.DROPPED else LIVING
    found = [one for one in subscription_rows(desk, person_id) if one.body["enrolment_id"] == enrolment["id"]]
    if any(one.body["state"] in over and one.price.get("lines") for one in found):
        lines.append(text("What it pays by the period ends today; nothing more is charged."))
    return lines


def _books(desk: Desk, enrolment: Body) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    own = [Where("person_id", "=", enrolment["person_id"])]
    return desk.store.page(LEDGER_ENTRY, own, limit=-1), desk.store.page(ALLOCATION, own, limit=-1)


def _cancelled_words(desk: Desk, enrolment: Body) -> list[str]:
    what, account = look(desk, enrolment)
    if what is None:
        return [text("No charge of this enrolment is taken back: there is none, or no rule for its course.")]
    kept = sum(one.kept for one in what.taken)
    paid = sum(one.net - (account.open.get(one.charge["id"], 0) if account else 0) for one in what.taken)
    back = max(0, paid - kept - what.fee)
    lines = [
        text(
            "{percent} % is taken back: {amount}.",
            percent=what.percent,
            amount=money_text(what.reversed, what.currency),
        )
    ]
    if kept:
        lines.append(text("{amount} stays charged.", amount=money_text(kept, what.currency)))
    if what.fee:
        lines.append(text("A fee of {amount} is charged.", amount=money_text(what.fee, what.currency)))
    if back and what.pays_back:
        words = "{amount} that was paid is asked to go back; somebody else decides."
        lines.append(text(words, amount=money_text(back, what.currency)))
    elif back:
        lines.append(text("{amount} that was paid stays as credit.", amount=money_text(back, what.currency)))
    return lines


def end(desk: Desk, enrolment_ids: Sequence[str], state: EnrolmentState = EnrolmentState.CANCELLED) -> Done | None:
    """Cancel enrolments, or set them dropped; the server applies the rule then. Raises CampusError `not_allowed`."""
    return set_enrolments(desk, enrolment_ids, state)


def courses(desk: Desk) -> list[tuple[str, str]]:
    """Return the courses in use: id and title."""
    return [(one["id"], str(one["title"])) for one in desk.store.page(COURSE, limit=-1) if not one.get("archived")]


def rule_of(desk: Desk, course_id: str | None) -> Body:
    """Return the rule of a course, or of all courses; the first one where none was set."""
    key = refund_rule_id(course_id or desk.actor.organisation_id)
    return {**FIRST, "course_id": course_id, **(desk.store.get(REFUND_RULE, key) or {})}


def save_rule(desk: Desk, wanted: Body) -> bool:
    """Set a rule, whole; False where nothing changes. Raises CampusError `not_allowed`, `field_invalid`."""
    if not may_manage_finance(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't set what goes back. Ask the bursar."))
    here = rule_of(desk, wanted["course_id"])
    after = {**{name: here[name] for name in FIELDS}, **wanted}
    fault = rule_fault(after)
    if fault is not None:
        raise CampusError("field_invalid", fault)
    is_new = "revision" not in here
    before = FIRST if is_new else here
    changes = {
        name: {"old": before[name], "new": after[name]} for name in FIELDS if after[name] != before[name] or is_new
    }
    if changes:
        target = refund_rule_id(wanted["course_id"] or desk.actor.organisation_id)
        desk.commit([Ask("SaveRefundRule", target, {"changes": changes}, base=here.get("revision"))])
    return bool(changes)
