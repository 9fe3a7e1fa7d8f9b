"""What the routes of coming in take: the parts that several of them share."""

from typing import Annotated

from pydantic import ConfigDict, StringConstraints

from server.people.entry_codes import MOST_TYPED
from shared.core.strict import StrictModel

_NO_CONTROL = r"^[^\x00-\x1f\x7f]*$"
"""No database takes a NUL, and nothing that is typed on one line has a tab or a line break."""
Line = Annotated[str, StringConstraints(min_length=1, max_length=254, pattern=_NO_CONTROL)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_NO_CONTROL)]
Reason = Annotated[str, StringConstraints(max_length=500, pattern=_NO_CONTROL)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=MOST_TYPED)]
Typed = Annotated[str, StringConstraints(max_length=60, pattern=_NO_CONTROL)]
"""The code of whoever sent somebody."""
EXAMPLE_CODE = "k7mq-2rvx-h9tc-4wnd-p3ae-y8zu"
EXAMPLE_SHORT = "k7mq-2rvx"


class StrictAsk(StrictModel):
    """A request without fields that nobody named, and without numbers that are text."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class InstituteAsk(StrictAsk):
    """A request of somebody who isn't signed in: `organisation` is the institute's short name."""

    organisation: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=_NO_CONTROL)]
