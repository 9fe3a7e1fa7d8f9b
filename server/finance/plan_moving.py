"""Lets instalment plans and the uses of discounts follow entries that were booked on another ledger."""

from collections.abc import Mapping

from server.core.person_moves import Merge
from server.core.sql import SetSql
from server.finance.ground import packed
from server.finance.plan_kinds import PLAN_KIND, USE_KIND
from shared.finance.plan_projections import use_id

_PLANS = SetSql(
    f"SELECT {PLAN_KIND.selected()} FROM {{ids}} i {{by}} instalment_plan t ON t.person_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o ORDER BY t.id"
)
_USES = SetSql(
    f"SELECT {USE_KIND.selected()} FROM {{ids}} i {{by}} discount_use t ON t.entry_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o"
)


def follow(merge: Merge, new: Mapping[str, str], holder: str, person_id: str) -> None:
    """Give the plans of `holder` that cover what moved, and the discounts given against it, to `person_id`.

    `new` says by the id of an entry under which one it was booked anew. A plan that also covers what stays is left:
    what went of it was reversed, and counts no longer.
    """
    batch = merge.batch
    found = [PLAN_KIND.body_of(row) for row in batch.db.rows(_PLANS, o=batch.organisation_id, ids=packed([holder]))]
    moved = [one for one in found if one["charge_ids"] and set(one["charge_ids"]) <= set(new)]
    PLAN_KIND.update(
        batch,
        [
            {
                **one,
                "person_id": person_id,
                "charge_ids": [new[key] for key in one["charge_ids"]],
                "revision": merge.revision,
            }
            for one in moved
        ],
    )
    uses = [USE_KIND.body_of(row) for row in batch.db.rows(_USES, o=batch.organisation_id, ids=packed(new))]
    USE_KIND.insert(
        batch,
        [
            {
                **one,
                "id": use_id(new[one["entry_id"]]),
                "revision": merge.revision,
                "person_id": person_id,
                "charge_id": new.get(one["charge_id"], one["charge_id"]),
                "entry_id": new[one["entry_id"]],
            }
            for one in uses
        ],
    )
