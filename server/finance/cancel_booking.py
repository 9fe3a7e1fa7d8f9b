"""Books a cancelled enrolment: charges back, what is kept and a fee anew, plans and refunds; and takes that back."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.core.batch import Batch
from server.core.entities import Body
from server.finance.cancel_kinds import CANCELLATION_KIND
from server.finance.charge_service import add_charges
from server.finance.ground import Ledgers, day_of
from server.finance.kinds import ALLOCATION_KIND, NOTE_KIND, PAYMENT_KIND
from server.finance.ledger_writing import charged, postings_of, undone, write_entries
from server.finance.plan_kinds import PLAN_KIND, USE_KIND
from server.finance.plan_service import plans_of
from server.finance.till_kinds import REQUEST_KIND
from shared.core.ids import derived_id
from shared.core.text import text
from shared.finance.commands import note_id
from shared.finance.entry_rules import reversed_postings
from shared.finance.ledger_rules import oldest_first
from shared.finance.models import Following, allocation_body, entry_body, reversal_body
from shared.finance.plan_projections import use_id
from shared.finance.plan_rules import ACTIVE, ENDED
from shared.finance.refund_rules import DONE, UNDONE, Cancelling, Taken
from shared.finance.vocabulary import CANCELLATION, ChargeKind, EntryKind, RequestKind, RequestState

_KEPT_FIELDS = ("person_id", "charge_kind", "currency", "enrolment_id", "cohort_id", "course_id", "due_on")


def cancellation_id(enrolment_id: str, revision: str) -> str:
    """Return the id of what one cancelling of an enrolment did."""
    return derived_id(CANCELLATION, enrolment_id, revision)


class Booking:
    """One cancelling or its undoing, in the transaction of the enrolment's change; the ledger is locked."""

    def __init__(self, batch: Batch, ledgers: Ledgers, revision: str, reason: str) -> None:
        self._batch, self._ledgers, self._reason = batch, ledgers, reason
        self._made = Following(revision, batch.now)
        self._day = day_of(batch, batch.now)

    def cancel(self, enrolment: Mapping[str, Any], what: Cancelling) -> Body:
        """Book a cancelling; returns what is kept of it."""
        key = cancellation_id(enrolment["id"], self._made.id)
        person_id, currency = enrolment["person_id"], what.currency
        before = dict(self._ledgers.account(person_id, currency).credit)
        self._reverse([entry for one in what.taken for entry in (one.charge, *one.reductions)])
        new = {one.charge["id"]: self._kept(key, one) for one in what.taken if one.kept}
        fees = [self._fee(key, enrolment, what)] if what.fee else []
        charges = [*new.values(), *fees]
        self._charge(charges)
        self._use_credit(person_id, currency, charges)
        freed = self._freed(person_id, currency, before)
        body = {
            "id": key,
            "revision": self._made.id,
            "person_id": person_id,
            "enrolment_id": enrolment["id"],
            "day": self._day,
            "currency": currency,
            "percent": what.percent,
            "reversed": what.reversed,
            "kept": sum(one["amount"] for one in charges),
            "credited": sum(freed.values()),
            "charge_ids": [[one.charge["id"], [two["id"] for two in one.reductions]] for one in what.taken],
            "kept_ids": [one["id"] for one in charges],
            "request_ids": self._ask_back(key, person_id, freed) if what.pays_back else [],
            "plan_ids": self._replan(person_id, {one.charge["id"]: new.get(one.charge["id"]) for one in what.taken}),
            "state": DONE,
        }
        CANCELLATION_KIND.insert(self._batch, [body])
        return body

    def undo(self, found: Body) -> None:
        """Charge again what was taken back, with its discounts; take back what was kept, and requests that wait."""
        entries = self._ledgers.entries
        self._reverse([entries[one] for one in found["kept_ids"] if self._ledgers.reversal_of(one) is None])
        again: dict[str, Body] = {}
        for charge_id, _ in found["charge_ids"]:
            again[charge_id] = self._again(found, entries[charge_id])
        self._charge(list(again.values()))
        for charge_id, reductions in found["charge_ids"]:
            self._reduce(found, again[charge_id], [entries[one] for one in reductions])
        self._use_credit(found["person_id"], found["currency"], list(again.values()))
        waiting = REQUEST_KIND.read(self._batch, found["request_ids"]).values()
        withdrawn = {"state": str(RequestState.WITHDRAWN), "revision": self._made.id}
        REQUEST_KIND.update(
            self._batch, [{**one, **withdrawn} for one in waiting if one["state"] == RequestState.WAITING]
        )
        present = PLAN_KIND.read(self._batch, (one[0] for one in found["plan_ids"]))
        plans = []
        for plan_id, charge_ids in found["plan_ids"]:
            ids = [again[one]["id"] if one in again else one for one in charge_ids]
            plans.append({**present[plan_id], "charge_ids": ids, "state": ACTIVE, "revision": self._made.id})
        PLAN_KIND.update(self._batch, plans)
        CANCELLATION_KIND.update(self._batch, [{**found, "state": UNDONE, "revision": self._made.id}])

    # --- the parts

    def _reverse(self, entries: Sequence[Mapping[str, Any]]) -> None:
        posted = postings_of(self._batch, (one["id"] for one in entries))
        backs, undoing = [], []
        for entry in entries:
            back = reversal_body(self._made, entry, self._batch.actor.person_id, self._day)
            now = undone(self._made, self._ledgers, entry["id"])
            self._ledgers.add([back], now)
            backs.append(back)
            undoing += now
        write_entries(self._batch, backs, {one["id"]: reversed_postings(posted[one["reverses_id"]]) for one in backs})
        # Both sides of a pair may go: what was undone with the one is undone already for the other.
        ALLOCATION_KIND.insert(self._batch, list({one["id"]: one for one in undoing}.values()))
        self._note(backs)

    def _note(self, entries: Sequence[Body]) -> None:
        actor = self._batch.actor
        rows = [
            {
                "id": note_id(one["id"]),
                "revision": self._made.id,
                "person_id": one["person_id"],
                "entry_id": one["id"],
                "words": self._reason,
                "author_id": actor.person_id,
                "author_name": actor.name,
            }
            for one in entries
        ]
        NOTE_KIND.insert(self._batch, rows)

    def _kept(self, key: str, taken: Taken) -> Body:
        charge = taken.charge
        taxes = [{**one, "amount": one["amount"] * taken.kept // charge["amount"]} for one in charge["taxes"]]
        return self._entry(
            derived_id("kept_charge", key, charge["id"]),
            taken.kept,
            text("{what}, kept after cancelling", what=charge["what"])[:200],
            {name: charge[name] for name in _KEPT_FIELDS} | {"taxes": taxes},
        )

    def _fee(self, key: str, enrolment: Mapping[str, Any], what: Cancelling) -> Body:
        place = {
            "person_id": enrolment["person_id"],
            "charge_kind": str(ChargeKind.OTHER),
            "currency": what.currency,
            "enrolment_id": enrolment["id"],
            "cohort_id": enrolment["cohort_id"],
            "course_id": enrolment["course_id"],
            "due_on": self._day,
        }
        return self._entry(derived_id("cancelling_fee", key), what.fee, text("Fee for cancelling"), place)

    def _again(self, found: Body, charge: Body) -> Body:
        place = {name: charge[name] for name in _KEPT_FIELDS} | {"taxes": charge["taxes"]}
        return self._entry(
            derived_id("charged_again", found["id"], charge["id"]), charge["amount"], charge["what"], place
        )

    def _entry(self, entry_id: str, amount: int, what: str, place: Mapping[str, Any]) -> Body:
        more = {**place, "what": what, "made_by": self._batch.actor.person_id, "day": self._day}
        return entry_body(self._made, entry_id, EntryKind.CHARGE, amount, **more)

    def _charge(self, charges: Sequence[Body]) -> None:
        if charges:
            add_charges(self._batch, charges, [self._made.id] * len(charges))
            self._ledgers.add(charges)

    def _reduce(self, found: Body, charge: Body, reductions: Sequence[Body]) -> None:
        """Give the same discounts against a charge that was charged again, and count their uses."""
        made, allocations, uses = [], [], []
        for one in reductions:
            key = derived_id("charged_again", found["id"], one["id"])
            again = {**one, "id": key, "revision": self._made.id, "day": self._day, "made_at": self._batch.now}
            made.append(again)
            part = allocation_body(self._made, charge["person_id"], key, charge["id"], -one["amount"])
            allocations.append(part)
            uses.append((one["id"], key))
        write_entries(self._batch, made, {one["id"]: charged(one) for one in made})
        ALLOCATION_KIND.insert(self._batch, allocations)
        self._ledgers.add(made, allocations)
        self._use_again(dict(uses), charge)

    def _use_again(self, keys: Mapping[str, str], charge: Body) -> None:
        known = USE_KIND.read(self._batch, (use_id(one) for one in keys))
        rows = [
            {**one, "id": use_id(key), "revision": self._made.id, "charge_id": charge["id"], "entry_id": key}
            for old, key in keys.items()
            if (one := known.get(use_id(old))) is not None
        ]
        USE_KIND.insert(self._batch, rows)

    def _use_credit(self, person_id: str, currency: str, charges: Sequence[Body]) -> None:
        """Let credit pay what was charged now, the longest due first."""
        account = self._ledgers.account(person_id, currency)
        credit, made = dict(account.credit), []
        for charge in oldest_first(charges):
            owed = account.open.get(charge["id"], 0)
            for key in sorted(credit):
                part = min(owed, credit[key])
                if part:
                    made.append(allocation_body(self._made, person_id, key, charge["id"], part))
                    owed -= part
                    credit[key] -= part
        ALLOCATION_KIND.insert(self._batch, made)
        self._ledgers.add([], made)

    def _freed(self, person_id: str, currency: str, before: Mapping[str, int]) -> dict[str, int]:
        """Return by payment's entry the credit that cancelling left behind."""
        after = self._ledgers.account(person_id, currency).credit
        return {key: left - before.get(key, 0) for key, left in after.items() if left > before.get(key, 0)}

    def _ask_back(self, key: str, person_id: str, freed: Mapping[str, int]) -> list[str]:
        """Ask that money go back; somebody else than who cancelled decides. Returns the requests' ids."""
        entries = [self._ledgers.entries[one] for one in freed]
        payments = PAYMENT_KIND.read(self._batch, (one["payment_id"] for one in entries if one["payment_id"]))
        rows = []
        for entry in entries:
            payment = payments.get(entry["payment_id"] or "")
            if payment is not None and entry["kind"] == EntryKind.PAYMENT:
                request_id = derived_id("cancelling_refund", key, entry["id"])
                rows.append(self._request(request_id, person_id, payment, freed[entry["id"]]))
        REQUEST_KIND.insert(self._batch, rows)
        return [one["id"] for one in rows]

    def _request(self, request_id: str, person_id: str, payment: Body, amount: int) -> Body:
        actor = self._batch.actor
        return {
            "id": request_id,
            "revision": self._made.id,
            "kind": str(RequestKind.REFUND),
            "state": str(RequestState.WAITING),
            "payment_id": payment["id"],
            "receipt_id": payment["receipt_id"],
            "person_id": person_id,
            "shift_id": None,
            "number": payment["receipt_number"],
            "amount": amount,
            "currency": payment["currency"],
            "method": payment["gateway"] or payment["tenders"][0]["method"],
            "reason": self._reason,
            "asked_by": actor.person_id,
            "asked_by_name": actor.name,
            "asked_at": self._batch.now,
            "decided_by": None,
            "decided_by_name": "",
            "decided_at": None,
            "decided_reason": "",
        }

    def _replan(self, person_id: str, kept: Mapping[str, Body | None]) -> list[list[Any]]:
        """Let plans cover what is kept in place of what went; one of nothing ends. Returns [plan, charges before]."""
        touched: list[list[Any]] = []
        written = []
        for plan in plans_of(self._batch.db, self._batch.organisation_id, [person_id]):
            if not set(plan["charge_ids"]) & set(kept):
                continue
            ids = []
            for one in plan["charge_ids"]:
                instead = kept.get(one)
                if one not in kept or instead is not None:
                    ids.append(one if instead is None else instead["id"])
            touched.append([plan["id"], plan["charge_ids"]])
            ended = {"state": ENDED} if not ids else {"charge_ids": ids}
            written.append({**plan, **ended, "revision": self._made.id})
        PLAN_KIND.update(self._batch, written)
        return touched
