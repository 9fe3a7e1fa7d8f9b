"""What the REST face of overdue money lists and takes: holds, reminders, exceptions and the policy, with examples."""

from typing import Any

from pydantic import ConfigDict, Field

from server.core.resources import Resource
from server.finance.account_resources import PERSON
from server.finance.overdue_kinds import EXCEPTION_KIND, REMINDER_KIND
from server.learning.holds import HOLD_KIND
from shared.core.command import Id
from shared.core.days import Day
from shared.core.strict import StrictModel
from shared.finance.commands import Reason
from shared.finance.overdue_commands import MOST_CHOSEN
from shared.finance.policy_rules import FIRST

_ROW = {"id": "01a1f7f8-3000-7672-874a-d4a8ff8edb65", "revision": "01a1f7f8-3000-7672-874a-d4a9f55daf8f"}
_RULE: dict[str, Any] = {"what": "course_access", "ground": "overdue", "days": 14, "least": 10_000}
POLICY: dict[str, Any] = {**FIRST, "automatic": True, "holds": [_RULE]}
HOLDS = Resource(
    family="holds",
    kind=HOLD_KIND,
    add="",
    edit="",
    filters={"person_id": "person_id", "state": "state", "what": "what"},
    sorts=("since",),
    default_sort="since",
    name="hold",
    example={
        **_ROW,
        "person_id": PERSON,
        "what": "course_access",
        "state": "standing",
        "ground": "overdue",
        "since": "2026-05-03",
        "amount": 40_000,
        "currency": "GHS",
        "lifted_at": None,
        "lifted_by": None,
        "lifted_by_name": "",
        "reason": "",
        "until": None,
    },
)
REMINDERS = Resource(
    family="payment-reminders",
    kind=REMINDER_KIND,
    add="",
    edit="",
    filters={"person_id": "person_id", "state": "state", "day": "day", "kind": "kind"},
    sorts=("made_at", "day"),
    default_sort="made_at",
    name="payment reminder",
    example={
        **_ROW,
        "person_id": PERSON,
        "currency": "GHS",
        "day": "2026-11-20",
        "kind": "payment_overdue",
        "amount": 40_000,
        "items": [{"entry_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb60", "due_on": "2026-11-13", "amount": 40_000}],
        "marks": ["2026-11-13+7"],
        "channels": ["mail", "notice"],
        "contacts": False,
        "by_hand": False,
        "state": "sent",
        "asked_by": None,
        "made_at": "2026-11-20T06:00:04.000Z",
    },
)
_SPARED: dict[str, Any] = {"until": "2026-12-31", "reason": "The sponsor pays in December"}
EXCEPTIONS = Resource(
    family="payment-exceptions",
    kind=EXCEPTION_KIND,
    add="",
    edit="",
    filters={"person_id": "person_id", "until": "until"},
    sorts=("until",),
    default_sort="until",
    name="payment exception",
    example={**_ROW, "person_id": PERSON, **_SPARED, "author_id": PERSON, "author_name": "Efua Bursar"},
)
PREVIEW: dict[str, Any] = {
    "person_id": PERSON,
    "name": "Ama Mensah",
    "owed": [{"currency": "GHS", "amount": 40_000, "overdue": 40_000}],
    "reminders": [{"currency": "GHS", "kind": "payment_overdue", "amount": 40_000, "channels": ["mail", "notice"]}],
    "holds": ["course_access"],
    "lifted": [],
    "spared": False,
}
COUNTS = {"looked_at": 120, "reminded": 14, "laid": 3, "lifted": 1}


class HoldRule(StrictModel):
    """What is withheld, on what ground, how many days after the grace days, and from what amount on (minor units)."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _RULE})

    what: str = Field(max_length=20)
    ground: str = Field(default="overdue", max_length=10)
    days: int = 0
    least: int = 0


class Policy(StrictModel):
    """When people are reminded and by what way, and what is withheld; what is left out goes back to the first value."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": POLICY})

    automatic: bool = False
    days_before: list[int] = Field(default=FIRST["days_before"], max_length=10)
    days_after: list[int] = Field(default=FIRST["days_after"], max_length=10)
    channels: list[str] = Field(default=FIRST["channels"], max_length=3)
    contacts: bool = False
    grace_days: int = FIRST["grace_days"]
    least_amount: int = 0
    holds: list[HoldRule] = Field(default=[], max_length=12)
    statement: bool = False


class Chosen(StrictModel):
    """Who is reminded."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"person_ids": [PERSON]}})

    person_ids: tuple[Id, ...] = Field(min_length=1, max_length=MOST_CHOSEN)


class Spared(StrictModel):
    """Until which day someone is neither held nor reminded, and why; a day that is past ends it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _SPARED})

    until: Day
    reason: Reason
