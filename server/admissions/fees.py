"""The money of admissions: the application fee and whether it was paid, what a place costs, and whether any moved."""

from collections.abc import Iterable, Sequence
from typing import Any

from server.admissions.ground import applications_of
from server.admissions.kinds import APPLICATION_KIND, EVENT_KIND
from server.core.batch import Batch, ChangedRow, Item
from server.core.entities import Body
from server.finance.charge_service import add_charges
from server.finance.ground import Ledgers, day_of, ledgers_of
from server.finance.ledger_writing import note, reverse
from shared.admissions.commands import event_id_of, fee_charge_id, place_charge_id
from shared.admissions.vocabulary import ApplicationState, EventKind
from shared.core.text import text
from shared.finance.ledger_rules import reversed_ids
from shared.finance.models import entry_body
from shared.finance.vocabulary import ALLOCATION, LEDGER_ENTRY, ChargeKind, EntryKind


def charge_fee(batch: Batch, item: Item, application: Body) -> None:
    """Charge the fee of an application that begins."""
    if application["fee"] <= 0:
        return
    entry = entry_body(
        item.command,
        fee_charge_id(application["id"]),
        EntryKind.CHARGE,
        application["fee"],
        person_id=application["person_id"],
        charge_kind=str(ChargeKind.APPLICATION_FEE),
        currency=application["currency"],
        what=text("Application {number}", number=application["number"]),
        course_id=application["course_id"],
        made_by=item.author.person_id,
        day=day_of(batch, item.command.observed_at),
    )
    add_charges(batch, [entry])


def charge_place(batch: Batch, item: Item, application: Body) -> None:
    """Charge what the form says that a place costs."""
    entries = [
        entry_body(
            item.command,
            place_charge_id(item.command.id, line["key"]),
            EntryKind.CHARGE,
            line["amount"],
            person_id=application["person_id"],
            charge_kind=str(ChargeKind.TUITION),
            currency=application["currency"],
            what=line["title"],
            course_id=application["course_id"],
            cohort_id=application["cohort_id"],
            enrolment_id=application["enrolment_id"],
            made_by=item.author.person_id,
            day=day_of(batch, item.command.observed_at),
        )
        for line in application["content"]["charges"]
    ]
    # What an applicant is charged with at once stands on one invoice.
    add_charges(batch, entries, [application["id"]] * len(entries))


def charge_again(batch: Batch, item: Item, application: Body) -> bool:
    """Charge anew what the latest undone approval reversed; False where there is nothing of the kind."""
    entries, _ = ledgers_of(batch, [application["person_id"]]).of(application["person_id"])
    own = {one["id"]: one for one in entries if one["enrolment_id"] == application["enrolment_id"]}
    back = [one for one in own.values() if one["reverses_id"] in own]
    if not back:
        return False
    latest = max(back, key=lambda one: (one["made_at"], one["revision"]))["revision"]
    before = [own[one["reverses_id"]] for one in back if one["revision"] == latest]
    told = {"revision": item.command.id, "made_by": item.author.person_id, "made_at": batch.now, "number": ""}
    day = day_of(batch, item.command.observed_at)
    again = [{**one, **told, "id": place_charge_id(item.command.id, one["id"]), "day": day} for one in before]
    add_charges(batch, again, [application["id"]] * len(again))
    return True


def money_changed(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """Open the form of each application whose fee is paid now, in the transaction in which it was."""
    people = {str(row.body["person_id"]) for row in rows if row.body is not None and row.body.get("person_id")}
    waiting = [one for found in applications_of(batch, people).values() for one in found if one["fee"] > 0]
    drafts = [one for one in waiting if one["state"] == ApplicationState.DRAFT]
    if not drafts:
        return
    ledgers = ledgers_of(batch, (one["person_id"] for one in drafts))
    moved = [one for one in drafts if _is_paid(ledgers, one) != one["fee_paid"]]
    revision = rows[0].revision
    locked = APPLICATION_KIND.read(batch, (one["id"] for one in moved))
    APPLICATION_KIND.update(batch, [{**one, "fee_paid": not one["fee_paid"]} for one in locked.values()])
    EVENT_KIND.insert(batch, [_paid(batch, one, revision) for one in locked.values() if not one["fee_paid"]])


def _is_paid(ledgers: Ledgers, application: Body) -> bool:
    charge_id = fee_charge_id(application["id"])
    entries, _ = ledgers.of(application["person_id"])
    charged = any(one["id"] == charge_id for one in entries) and charge_id not in reversed_ids(entries)
    account = ledgers.account(application["person_id"], application["currency"])
    return charged and not account.open.get(charge_id)


def _paid(batch: Batch, application: Body, revision: str) -> Body:
    return {
        "id": event_id_of(revision, application["id"]),
        "revision": revision,
        "application_id": application["id"],
        "person_id": application["person_id"],
        "kind": str(EventKind.FEE_PAID),
        "at": batch.now,
        "by_id": batch.actor.person_id,
        "by_name": batch.actor.name,
        "words": "",
        "score": None,
    }


def charges_of(ledgers: Ledgers, person_id: str, enrolment_id: str) -> list[Body]:
    """Return what stands charged for an enrolment."""
    entries, _ = ledgers.of(person_id)
    gone = reversed_ids(entries)
    kinds = (EntryKind.CHARGE, EntryKind.DISCOUNT, EntryKind.SCHOLARSHIP)
    return [
        one for one in entries if one["enrolment_id"] == enrolment_id and one["kind"] in kinds and one["id"] not in gone
    ]


def has_moved(ledgers: Ledgers, charges: Iterable[Body]) -> bool:
    """Tell whether any money paid these charges."""
    ids = {one["id"] for one in charges}
    sums: dict[str, int] = {}
    for one in ledgers.allocations:
        if one["charge_id"] in ids:
            sums[one["charge_id"]] = sums.get(one["charge_id"], 0) + one["amount"]
    return any(sums.values())


def read_charges(batch: Batch, application: Body) -> tuple[Ledgers, list[Body]]:
    """Return the ledger of an applicant, held, and what his or her place was charged with."""
    ledgers = ledgers_of(batch, [application["person_id"]])
    return ledgers, charges_of(ledgers, application["person_id"], application["enrolment_id"] or "")


def take_back(batch: Batch, item: Item, ledgers: Ledgers, charges: Sequence[Body]) -> None:
    """Reverse what a place was charged with."""
    if charges:
        made = reverse(batch, item, ledgers, charges, day_of(batch, item.command.observed_at))
        note(batch, item, made, text("The place was taken back."))


FOLLOWERS: dict[str, Any] = {ALLOCATION: money_changed, LEDGER_ENTRY: money_changed}
