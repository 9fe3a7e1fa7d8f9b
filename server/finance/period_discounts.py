"""Lets a discount that was given against a period of a subscription go on over the periods that follow.

What was promised stays promised: neither the days of the discount nor how often it is given count again. Reversing the
discount that was granted ends it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from server.core.batch import Batch
from server.core.entities import Body
from server.core.sql import SetSql
from server.finance.ground import Ledgers, packed
from server.finance.kinds import ALLOCATION_KIND
from server.finance.ledger_writing import charged, write_entries
from server.finance.plan_kinds import DISCOUNT_KIND, USE_KIND
from shared.core.ids import derived_id
from shared.finance.discount_rules import discount_amount
from shared.finance.ledger_rules import reversed_ids
from shared.finance.models import Following
from shared.finance.plan_projections import discount_parts
from shared.finance.subscription_projections import own_charges

_GRANTED = SetSql(
    f"SELECT {USE_KIND.selected()} FROM {{ids}} i {{by}} discount_use t ON t.person_id = i.id"  # noqa: S608 - our own names
    " JOIN discount d ON d.organisation_id = t.organisation_id AND d.id = t.discount_id AND d.periods <> 1"
    " WHERE t.organisation_id = :o AND t.goes_on = false AND NOT EXISTS (SELECT 1 FROM ledger_entry r"
    " WHERE r.organisation_id = t.organisation_id AND r.reverses_id = t.entry_id) ORDER BY t.id"
)
_DISCOUNTS = SetSql(
    f"SELECT {DISCOUNT_KIND.selected()} FROM {{ids}} i {{by}} discount t ON t.id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o"
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def give(batch: Batch, ledgers: Ledgers, fresh: Sequence[tuple[Body, Body]], made: Following, day: str) -> None:
    """Take off charges that were just made what goes on; `fresh` are (subscription, charge), whose people are held."""
    later = [(body, charge) for body, charge in fresh if body["number"] > 0]
    if not later:
        return
    ids = packed(charge["person_id"] for _body, charge in later)
    uses = [USE_KIND.body_of(row) for row in batch.db.rows(_GRANTED, o=batch.organisation_id, ids=ids)]
    if not uses:
        return
    keys = packed(one["discount_id"] for one in uses)
    rows = batch.db.rows(_DISCOUNTS, o=batch.organisation_id, ids=keys)
    discounts = {body["id"]: body for body in map(DISCOUNT_KIND.body_of, rows)}
    found = []
    for body, charge in later:
        for use in uses:
            parts = _goes_on(ledgers, body, charge, use, discounts[use["discount_id"]], made, day)
            if parts is not None:
                ledgers.add([parts[0]], [parts[1]])
                found.append(parts)
    write_entries(batch, [one[0] for one in found], {one[0]["id"]: charged(one[0]) for one in found})
    ALLOCATION_KIND.insert(batch, [one[1] for one in found])
    USE_KIND.insert(batch, [one[2] for one in found])


def _goes_on(
    ledgers: Ledgers, body: Body, charge: Body, use: Body, discount: Body, made: Following, day: str
) -> tuple[Body, Body, Body] | None:
    """Return what a discount gives against a charge: the fee of the same name, as many periods later as it lasts."""
    entries = ledgers.of(charge["person_id"])[0]
    gone, stem = reversed_ids(entries), _stem(charge)
    row = sorted(
        (one for one in own_charges(body, entries) if one["id"] not in gone and _stem(one) == stem), key=_day_of
    )
    places = {one["id"]: at for at, one in enumerate(row)}
    if use["charge_id"] not in places or places[use["charge_id"]] >= places[charge["id"]]:
        return None
    if discount["periods"] and places[charge["id"]] - places[use["charge_id"]] >= discount["periods"]:
        return None
    first, given = row[places[use["charge_id"]]], -ledgers.entries[use["entry_id"]]["amount"]
    whole = discount_amount(discount, first, first["amount"])
    left = ledgers.account(charge["person_id"], charge["currency"]).open.get(charge["id"], 0)
    # Who was given less than the discount says the first time is given no more later.
    amount = discount_amount(discount, charge, left, given if given < whole else None)
    if amount <= 0:
        return None
    entry_id = derived_id("period_discount", charge["id"], discount["id"])
    return discount_parts(made, entry_id, discount, charge, amount, day=day, goes_on=True)


def _stem(charge: Mapping[str, Any]) -> str:
    return _DAY.sub("", str(charge["what"]))


def _day_of(charge: Mapping[str, Any]) -> str:
    found = _DAY.findall(str(charge["what"]))
    return str(found[-1]) if found else str(charge["due_on"] or charge["day"])
