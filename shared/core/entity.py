"""What every row that both sides know has in common."""

from pydantic import ConfigDict

from shared.core.strict import StrictModel


class Entity(StrictModel):
    """A row as the feed carries it: `revision` is the id of the command that last changed it.

    Unknown fields are kept, so that a row written by a newer server passes through an older device unharmed.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    id: str
    revision: str
