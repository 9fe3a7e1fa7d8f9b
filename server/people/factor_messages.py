"""What the second factor takes and answers, for checking requests and for the published description."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, RootModel, StringConstraints

from server.people.sign_in_messages import PERSON_EXAMPLE, Password, SignedIn
from shared.core.command import Id
from shared.core.strict import StrictModel

_SIGNATURE = r"^[A-Za-z0-9+/]{86}==$"
Token = Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}\.[A-Za-z0-9_-]{43}$")]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Way = Literal["app", "mail", "sms", "recovery"]
Sent = Literal["mail", "sms"]


class _Ask(StrictModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FactorAsk(_Ask):
    """Ends a sign-in half done; the device signs `factor`, the attempt, the kind and the code, each on a line."""

    attempt: Token
    kind: Way
    code: Code
    signature: str = Field(pattern=_SIGNATURE)


class SendAsk(_Ask):
    """Asks for a code to be sent for a sign-in half done; the device signs `send`, the attempt and the kind."""

    attempt: Token
    kind: Sent
    signature: str = Field(pattern=_SIGNATURE)


class ConfirmAsk(_Ask):
    """Proves that it is still oneself: by the password, or by a second factor."""

    password: Password | None = None
    kind: Way | None = None
    code: Code | None = None


class SentAsk(_Ask):
    """Names the way by which a code is sent."""

    kind: Sent


class AppAsk(_Ask):
    """Adds an app: what `begin` answered as `enrolment`, and a code that the app shows."""

    enrolment: Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
    code: Code
    end_others: bool = False


class AddressAsk(_Ask):
    """Adds a way by which codes are sent, with the code that came."""

    kind: Sent
    code: Code
    end_others: bool = False


class RemoveAsk(_Ask):
    """Removes a factor."""

    kind: Literal["app", "mail", "sms"]
    end_others: bool = False


class PersonOnly(_Ask):
    """Names a person."""

    person_id: Id


class WayShown(StrictModel):
    """A way to prove who one is; `to` hides most of the address."""

    kind: str
    to: str


class FactorNeeded(StrictModel):
    """The password was right, and a second factor is asked for within minutes."""

    factor_needed: bool
    attempt: str
    expires_at: str
    person_id: str
    ways: list[WayShown]


class SignInTold(RootModel[SignedIn | FactorNeeded]):
    """What a right password gives: a sign-in, or the question for the second factor."""


class Ways(StrictModel):
    """By which ways one can confirm; `password` among them where one has a password."""

    ways: list[WayShown]


class SentShown(StrictModel):
    """A code is on its way; `to` hides most of the address."""

    to: str
    expires_at: str


class Confirmed(StrictModel):
    """Until when acts that ask for it are let through."""

    confirmed_until: str


class Enrolment(StrictModel):
    """An app's secret, shown once: as people type it, as the address in the QR code, and sealed for the next step."""

    secret: str
    address: str
    enrolment: str
    expires_at: str


class Added(StrictModel):
    """A factor was added; the first one brings recovery codes, shown this once."""

    recovery_codes: list[str]


class FactorShown(StrictModel):
    """A factor of one's own."""

    kind: str
    to: str
    added_at: str
    used_at: str | None


class Factors(StrictModel):
    """What one holds; `can_send` are ways that one's own mail address and phone number would allow."""

    factors: list[FactorShown]
    recovery_left: int
    required: bool
    can_send: list[WayShown]


_ATTEMPT = "019a9f3e-7c00-7000-8000-000000000002.3rTl0nB1cO9qzWw8yq6v0h5dKQJr1E2mXUuTzS4pVbA"
_UNTIL = "2026-11-20T08:40:00.000Z"
FACTOR_EXAMPLE: dict[str, Any] = {"attempt": _ATTEMPT, "kind": "app", "code": "287082", "signature": "A" * 86 + "=="}
SEND_EXAMPLE: dict[str, Any] = {"attempt": _ATTEMPT, "kind": "mail", "signature": "A" * 86 + "=="}
CONFIRM_EXAMPLE: dict[str, Any] = {"password": "a kettle, two birds"}
NEEDED_EXAMPLE: dict[str, Any] = {
    "factor_needed": True,
    "attempt": _ATTEMPT,
    "expires_at": _UNTIL,
    "person_id": PERSON_EXAMPLE["id"],
    "ways": [{"kind": "app", "to": ""}, {"kind": "mail", "to": "a…@example.org"}, {"kind": "recovery", "to": ""}],
}
WAYS_EXAMPLE: dict[str, Any] = {"ways": [*NEEDED_EXAMPLE["ways"], {"kind": "password", "to": ""}]}
SENT_EXAMPLE: dict[str, Any] = {"to": "a…@example.org", "expires_at": _UNTIL}
CONFIRMED_EXAMPLE: dict[str, Any] = {"confirmed_until": _UNTIL}
ENROLMENT_EXAMPLE: dict[str, Any] = {
    "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    "address": "otpauth://totp/KM%20Media:ama?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=KM%20Media&algorithm=SHA1"
    "&digits=6&period=30",
    "enrolment": "c2VhbGVk",
    "expires_at": _UNTIL,
}
APP_EXAMPLE: dict[str, Any] = {"enrolment": "c2VhbGVk", "code": "287082", "end_others": True}
ADDRESS_EXAMPLE: dict[str, Any] = {"kind": "sms", "code": "287082", "end_others": False}
ADDED_EXAMPLE: dict[str, Any] = {"recovery_codes": ["7K3PM-Q9X4T", "0V8NC-2RBWH"]}
FACTORS_EXAMPLE: dict[str, Any] = {
    "factors": [{"kind": "app", "to": "", "added_at": "2026-11-01T08:00:00.000Z", "used_at": None}],
    "recovery_left": 9,
    "required": True,
    "can_send": [{"kind": "mail", "to": "a…@example.org"}],
}
