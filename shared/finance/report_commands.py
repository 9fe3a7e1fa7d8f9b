"""What people may ask beside reports of money: explain missing numbers, set codes of accounts, note a journal."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from shared.core.command import Id
from shared.core.days import Day
from shared.core.ids import derived_id
from shared.core.lines import OneLine
from shared.core.strict import StrictModel
from shared.finance.commands import Reason
from shared.finance.report_vocabulary import GapReason

Sequence = Annotated[int, Field(ge=1, le=999_999_999_999)]
What = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,19}(:[a-z_]{1,20})?$")]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z./ -]{0,19}$")]
AccountName = Annotated[OneLine, StringConstraints(max_length=120, strip_whitespace=True)]


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class ExplainGap(_Payload):
    """Write down why numbers of a till are missing (target: the explanation's id), first and last included."""

    till_id: Id
    first: Sequence
    last: Sequence
    reason: GapReason
    words: Reason


class SetBookAccount(_Payload):
    """Give what is posted an accountant's code and name (target: `book_account_id`)."""

    what: What
    code: Code
    name: AccountName = ""


class NoteJournal(_Payload):
    """Note that the journal of some days is taken out (target: the note's id); the server adds what was in it."""

    first_day: Day
    last_day: Day


PAYLOADS: dict[str, type[StrictModel]] = {
    "ExplainGap": ExplainGap,
    "SetBookAccount": SetBookAccount,
    "NoteJournal": NoteJournal,
}


def book_account_id(what: str) -> str:
    """Return the id of the row with an account's code."""
    return derived_id("book_account", what)
