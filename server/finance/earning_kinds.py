"""The rows of earnings as the feed carries them: for the desk, and for the instructor whose own they are."""

from collections.abc import Callable, Mapping

from server.core.entities import Body, EntityKind
from server.finance import earning_tables as tables
from server.finance.kinds import DESK, GrowingKind
from shared.core.actor import Actor
from shared.finance import earning_vocabulary as words
from shared.finance.earning_rules import FIELDS, TERMS
from shared.finance.earning_vocabulary import Payee
from shared.finance.permissions import may_see_ledgers
from shared.people.typed_codes import TYPED_CODE, may_see_codes


def _desk(_body: Body) -> tuple[str, str | None]:
    return DESK, None


def _of_payee(body: Body) -> tuple[str, str | None]:
    return DESK, f"person:{body['payee_id']}" if body["payee_kind"] == Payee.INSTRUCTOR else None


AFFILIATE_KIND = EntityKind(
    kind=words.AFFILIATE,
    table=tables.AFFILIATE,
    body_columns=FIELDS,
    scopes=_desk,
    title=lambda body: str(body["name"]),
)
REFERRAL_KIND = EntityKind(
    kind=words.REFERRAL,
    table=tables.REFERRAL,
    body_columns=("person_id", "affiliate_id", "given_on", *TERMS),
    scopes=_desk,
    title=lambda _body: "",
    parent="person_id",
)
SHARE_KIND = EntityKind(
    kind=words.REVENUE_SHARE,
    table=tables.REVENUE_SHARE,
    body_columns=("course_id", "person_id", "rate", "from_on"),
    scopes=lambda body: (DESK, f"person:{body['person_id']}"),
    title=lambda _body: "",
    parent="course_id",
)
EARNING_KIND = GrowingKind(
    kind=words.EARNING,
    table=tables.EARNING,
    body_columns=(
        *("payee_kind", "payee_id", "kind", "person_id", "source_id", "course_id", "amount", "currency", "day"),
        "made_at",
    ),
    scopes=_of_payee,
    title=lambda _body: "",
    parent="payee_id",
)
PAYOUT_KIND = EntityKind(
    kind=words.PAYOUT,
    table=tables.PAYOUT,
    body_columns=(
        *("payee_kind", "payee_id", "amount", "currency", "state", "reference", "reason", "asked_by"),
        *("asked_by_name", "decided_by", "decided_by_name", "day"),
    ),
    scopes=_of_payee,
    title=lambda body: str(body["reference"]),
    parent="payee_id",
)
TYPED_KIND = EntityKind(
    kind=TYPED_CODE,
    table=tables.TYPED_CODE,
    body_columns=("person_id", "code", "place", "place_id", "state", "reason", "typed_on"),
    scopes=lambda body: (DESK, f"person:{body['person_id']}"),
    title=lambda body: str(body["code"]),
    parent="person_id",
)
GUARDED: Mapping[str, Callable[[Actor], bool]] = dict.fromkeys(
    (words.AFFILIATE, words.REFERRAL, words.REVENUE_SHARE, words.EARNING, words.PAYOUT), may_see_ledgers
) | {TYPED_CODE: lambda actor: may_see_ledgers(actor) or may_see_codes(actor)}
"""Of all who see the whole institute: who gets such rows."""
