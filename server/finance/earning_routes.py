"""The REST face of earnings: affiliates, codes, shares in courses, what was earned, and payouts."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.resource_routes import IdempotencyKey
from server.core.resources import Resource
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.finance import account_resources as resources
from server.finance.earning_kinds import AFFILIATE_KIND, EARNING_KIND, PAYOUT_KIND, REFERRAL_KIND, SHARE_KIND
from server.finance.row_routes import Kept, add_reads, add_saves, row_of
from shared.core.command import Id
from shared.core.strict import StrictModel
from shared.finance.commands import Currency, Words
from shared.finance.earning_commands import (
    AgreeShare,
    AskPayout,
    DecidePayout,
    GiveReferral,
    ReversePayout,
    referral_id,
)
from shared.finance.earning_rules import ACTIVE, FIRST, TERMS

_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb71"
_ROW = {"id": _ID, "revision": "01a1f7f8-3000-7672-874a-d4a9f55daf91"}
_AFFILIATE: dict[str, Any] = {**FIRST, "name": "Radio Accra", "mail": "ads@radio.example", "code": "RADIO", "rate": 500}
_SHARE: dict[str, Any] = {
    "course_id": resources.COURSE, "person_id": resources.PERSON, "rate": 3_000, "from_on": "2027-01-01",
}  # fmt: skip
_PAYOUT: dict[str, Any] = {"payee_kind": "affiliate", "payee_id": _ID, "amount": 5_000, "currency": "GHS"}
_DECIDED = {
    "state": "waiting", "reference": "", "reason": "", "asked_by": resources.PERSON, "asked_by_name": "Efua Bursar",
    "decided_by": "", "decided_by_name": "", "day": "2026-11-20",
}  # fmt: skip
_EARNING: dict[str, Any] = {
    "payee_kind": "affiliate", "payee_id": _ID, "kind": "earned", "person_id": resources.PERSON, "source_id": _ID,
    "course_id": None, "amount": 5_000, "currency": "GHS", "day": "2026-11-20", "made_at": "2026-11-20T09:00:00.000Z",
}  # fmt: skip
_TERMS = {name: _AFFILIATE[name] for name in TERMS}
AFFILIATES = Resource(
    family="affiliates",
    kind=AFFILIATE_KIND,
    add="",
    edit="",
    filters={"state": "state", "code": "code", "person_id": "person_id"},
    sorts=("name",),
    default_sort="name",
    name="affiliate",
    example={**_ROW, **_AFFILIATE},
)
REFERRALS = Resource(
    family="referrals",
    kind=REFERRAL_KIND,
    add="",
    edit="",
    filters={"affiliate_id": "affiliate_id", "person_id": "person_id"},
    sorts=("given_on",),
    default_sort="given_on",
    name="referral",
    example={
        **_ROW, "person_id": resources.PERSON, "affiliate_id": _ID, "given_on": "2026-11-20", **_TERMS,
    },
)  # fmt: skip
SHARES = Resource(
    family="revenue-shares",
    kind=SHARE_KIND,
    add="",
    edit="",
    filters={"course_id": "course_id", "person_id": "person_id"},
    sorts=("from_on",),
    default_sort="from_on",
    name="revenue share",
    example={**_ROW, **_SHARE},
)
EARNINGS = Resource(
    family="earnings",
    kind=EARNING_KIND,
    add="",
    edit="",
    filters={"payee_kind": "payee_kind", "payee_id": "payee_id", "course_id": "course_id", "kind": "kind"},
    sorts=("day", "made_at"),
    default_sort="made_at",
    name="earning",
    example={**_ROW, **_EARNING},
)
PAYOUTS = Resource(
    family="payouts",
    kind=PAYOUT_KIND,
    add="",
    edit="",
    filters={"payee_kind": "payee_kind", "payee_id": "payee_id", "state": "state"},
    sorts=("day",),
    default_sort="day",
    name="payout",
    example={**_ROW, **_PAYOUT, **_DECIDED},
)


class Affiliate(StrictModel):
    """Somebody who brings students: `rate` in hundredths of a percent or `amount`, of the first payment or of each."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _AFFILIATE})

    person_id: Id | None = None
    name: Words
    mail: str = Field(default="", max_length=320)
    code: str = Field(max_length=40)
    rate: int = 0
    amount: int = 0
    currency: Currency
    every_payment: bool = False
    within_days: int = 0
    state: str = ACTIVE


class Referring(GiveReferral):
    """Whose code brought a person."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"person_id": resources.PERSON, "code": "RADIO"}}
    )


class Share(AgreeShare):
    """An instructor's share in a course, in hundredths of a percent, from a day on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _SHARE})


class Asking(AskPayout):
    """Who is to be paid how much of what is owed."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _PAYOUT})


class Deciding(DecidePayout):
    """That it was paid, by which reference; or why not."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"paid": True, "reference": "TRX-20261120-7"}}
    )


class Reversing(ReversePayout):
    """Why a payout is taken back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "The account was closed"}})


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of affiliates, referrals, shares, earnings and payouts."""
    submission = Submission(context.door, context.clock, context.new_id)
    made = {
        one.family: Router(prefix=f"/api/v1/{one.family}", tags=["earnings"])
        for one in (AFFILIATES, REFERRALS, SHARES, EARNINGS, PAYOUTS)
    }
    for resource in (AFFILIATES, REFERRALS, SHARES, EARNINGS, PAYOUTS):
        add_reads(made[resource.family], resource, context)
    named = ("Add an affiliate", "Change an affiliate; referrals that were given keep their terms")
    add_saves(made["affiliates"], Kept(AFFILIATES, Affiliate, "SaveAffiliate", *named), context, submission)
    _add_agreements(made["referrals"], made["revenue-shares"], context, submission)
    _add_payouts(made["payouts"], context, submission)
    return list(made.values())


def _add_agreements(referrals: APIRouter, shares: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @referrals.post(
        "",
        status_code=201,
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(REFERRALS, 201),
        summary="Say whose code brought a person",
    )
    def refer(known: signed_in, given: Referring, key: IdempotencyKey = None) -> Response:
        target = referral_id(given.person_id)
        submission.put(known, key, Wish("GiveReferral", target, given.model_dump(mode="json")))
        return answer(None, {"id": target, "person_id": given.person_id}, created=True)

    @shares.post(
        "",
        status_code=201,
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(SHARES, 201),
        summary="Agree on an instructor's share in a course",
    )
    def agree(known: signed_in, given: Share, key: IdempotencyKey = None) -> Response:
        target = submission.command_id(known, key) if key else submission.new_id()
        submission.put(known, key, Wish("AgreeShare", target, given.model_dump(mode="json")))
        body = row_of(context, SHARES, known, target)
        return answer(None, body, created=True, etag=body["revision"])


def _add_payouts(router: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    def done(known: CurrentSignIn, key: str | None, wish: Wish) -> Response:
        row_of(context, PAYOUTS, known, wish.target_id)
        submission.put(known, key, wish)
        body = row_of(context, PAYOUTS, known, wish.target_id)
        return answer(None, body, etag=body["revision"])

    @router.post(
        "",
        status_code=201,
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(PAYOUTS, 201),
        summary="Ask that something of what is owed is paid out",
    )
    def ask(known: signed_in, given: Asking, key: IdempotencyKey = None) -> Response:
        target = submission.command_id(known, key) if key else submission.new_id()
        submission.put(known, key, Wish("AskPayout", target, given.model_dump(mode="json")))
        body = row_of(context, PAYOUTS, known, target)
        return answer(None, body, created=True, etag=body["revision"])

    @router.post(
        "/{row_id}/decision",
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(PAYOUTS),
        summary="Pay out what somebody else asked for, or refuse it",
    )
    def decide(row_id: Id, known: signed_in, given: Deciding, key: IdempotencyKey = None) -> Response:
        return done(known, key, Wish("DecidePayout", row_id, given.model_dump(mode="json")))

    @router.post(
        "/{row_id}/reversal",
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(PAYOUTS),
        summary="Take a payout back",
    )
    def reverse(row_id: Id, known: signed_in, given: Reversing, key: IdempotencyKey = None) -> Response:
        return done(known, key, Wish("ReversePayout", row_id, given.model_dump(mode="json")))
