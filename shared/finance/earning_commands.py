"""What a person may ask about earnings: keep affiliates, give a code, agree on shares, and pay out."""

from typing import Annotated

from pydantic import ConfigDict, Field

from shared.core.command import Id
from shared.core.days import DayText
from shared.core.fields import FieldChange
from shared.core.ids import derived_id
from shared.core.strict import StrictModel
from shared.finance.commands import Amount, Currency, Reason
from shared.finance.earning_vocabulary import Payee


class _Part(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class SaveAffiliate(_Part):
    """Keep an affiliate (target: its id, new or known); `changes` are of the fields in `earning_rules.FIELDS`."""

    changes: dict[str, FieldChange] = Field(min_length=1, max_length=20)


class GiveReferral(_Part):
    """Say whose code brought a person (target: `referral_id` of the person): once, and before the first payment."""

    person_id: Id
    code: str = Field(min_length=1, max_length=60)


class AgreeShare(_Part):
    """Give an instructor a share in a course's money (target: its id), in hundredths of a percent, from a day on.

    A share of 0 ends it. What was charged before that day is shared as it was.
    """

    course_id: Id
    person_id: Id
    rate: Annotated[int, Field(ge=0, le=10_000)]
    from_on: DayText


class AskPayout(_Part):
    """Ask that something of what is owed is paid out (target: the payout's id); somebody else does it."""

    payee_kind: Payee
    payee_id: Id
    amount: Amount
    currency: Currency


class DecidePayout(_Part):
    """Pay out what somebody else asked for (target), with the transfer's reference; or refuse it."""

    paid: bool
    reference: str = Field(default="", max_length=100)
    reason: str = Field(default="", max_length=500)


class ReversePayout(_Part):
    """Take a payout back (target) that didn't arrive or was wrong: the money is owed again."""

    reason: Reason


PAYLOADS: dict[str, type[StrictModel]] = {
    "SaveAffiliate": SaveAffiliate,
    "GiveReferral": GiveReferral,
    "AgreeShare": AgreeShare,
    "AskPayout": AskPayout,
    "DecidePayout": DecidePayout,
    "ReversePayout": ReversePayout,
}


def referral_id(person_id: str) -> str:
    """Return the id of what says who brought a person: there is one at most."""
    return derived_id("referral", person_id)


def payout_line_id(payout_id: str, kind: str) -> str:
    """Return the id of the line by which a payout, or its reversal, changes what is owed."""
    return derived_id("payout_line", payout_id, kind)
