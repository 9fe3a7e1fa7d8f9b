"""What a person may ask of discounts, coupons and scholarships: keep them, and grant one against a charge."""

from pydantic import ConfigDict, Field

from shared.core.command import Id
from shared.core.fields import FieldChange
from shared.core.strict import StrictModel
from shared.finance.commands import Amount


class _Part(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class SaveDiscount(_Part):
    """Keep a discount (target: its id, new or known); `changes` are of the fields in `discount_rules.FIELDS`."""

    changes: dict[str, FieldChange] = Field(min_length=1, max_length=20)


class GrantDiscount(_Part):
    """Give a discount against a charge (target: the new entry's id), by its id or by the code of its coupon.

    `amount` is the most that is given, in minor units; never more than the discount says or than is still owed.
    """

    charge_id: Id
    discount_id: Id | None = None
    code: str = Field(default="", max_length=40)
    amount: Amount | None = None


PAYLOADS: dict[str, type[StrictModel]] = {"SaveDiscount": SaveDiscount, "GrantDiscount": GrantDiscount}
