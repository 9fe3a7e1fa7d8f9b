"""What a data officer may ask about enquiries: that the words of one go for good."""

from pydantic import ConfigDict, Field

from shared.core.actor import Actor
from shared.core.strict import StrictModel
from shared.people.vocabulary import Permission


class ForgetEnquiry(StrictModel):
    """Empty an enquiry (target) for good; that somebody asked on a day stays, without a name."""

    model_config = ConfigDict(frozen=True, extra="allow")

    reason: str = Field(min_length=3, max_length=500)


def may_forget(actor: Actor) -> bool:
    """`people.erase` finds what was noted of somebody who only asked, hands it out and empties it."""
    return actor.may(Permission.PEOPLE_ERASE)
