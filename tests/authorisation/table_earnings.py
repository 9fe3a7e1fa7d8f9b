"""What the routes of subscriptions and earnings ask for: one line for each."""

from shared.people.vocabulary import Permission
from tests.authorisation.rules import HERE, NOBODY, OWN_ROW, PUBLIC, SIGNED_IN, Entry, given, has, holds, naming

P = Permission
_SEES = OWN_ROW | has(P.FINANCE_SEE, P.FINANCE_CHARGE, P.FINANCE_TAKE_PAYMENT, P.FINANCE_APPROVE, P.FINANCE_MANAGE)
_ALL = "?limit=500"
_PRICE = naming({"name": "Monthly", "currency": "GHS", "amount": 100}, course_id="course")
_SUBSCRIBING = naming(person_id="person", price_id="price", cohort_id="cohort")
_KEEPS_BOOKS = has(P.FINANCE_SEE, P.FINANCE_CHARGE, P.FINANCE_TAKE_PAYMENT, P.FINANCE_APPROVE, P.FINANCE_MANAGE)
_ADMITS = has(P.FINANCE_CHARGE, P.ENROLMENTS_EDIT, P.ADMISSIONS_EDIT)
_TYPED = _SEES | _ADMITS
_NO_MONEY = "no money came in, so nothing was earned"
_AFFILIATE = given(name="Radio", code="RADIO-X", rate=100, currency="GHS")
_ASKING = naming({"payee_kind": "affiliate", "amount": 1, "currency": "GHS"}, payee_id="affiliate")
_SHARING = naming({"rate": 100, "from_on": "2027-01-01"}, course_id="course", person_id="person")
ENTRIES = (
    Entry("GET /api/v1/affiliates", _KEEPS_BOOKS, shows="affiliate", query=_ALL),
    Entry("GET /api/v1/affiliates/{row_id}", _KEEPS_BOOKS, row="affiliate"),
    Entry("POST /api/v1/affiliates", holds(P.FINANCE_MANAGE), _AFFILIATE),
    Entry("PUT /api/v1/affiliates/{row_id}", has(P.FINANCE_MANAGE), _AFFILIATE, row="affiliate"),
    Entry("GET /api/v1/referrals", _KEEPS_BOOKS, shows="referral", query=_ALL),
    Entry("GET /api/v1/referrals/{row_id}", _KEEPS_BOOKS, row="referral"),
    Entry("POST /api/v1/referrals", OWN_ROW | has(P.FINANCE_CHARGE), naming(person_id="person", code="code")),
    Entry("GET /api/v1/typed-codes", _TYPED, shows="typed_code", query=_ALL),
    Entry("GET /api/v1/typed-codes/{row_id}", _TYPED, row="typed_code"),
    Entry(
        "POST /api/v1/typed-codes", OWN_ROW | _ADMITS, naming({"place": "enrolment"}, person_id="person", code="code")
    ),
    Entry("POST /api/v1/typed-codes/check", OWN_ROW | _ADMITS, naming(person_id="person", code="code")),
    Entry("POST /api/v1/typed-codes/check-coming", PUBLIC, given()),
    Entry("GET /api/v1/revenue-shares", _SEES, shows="share", query=_ALL),
    Entry("GET /api/v1/revenue-shares/{row_id}", _SEES, row="share"),
    Entry("POST /api/v1/revenue-shares", has(P.FINANCE_MANAGE), _SHARING),
    Entry("GET /api/v1/earnings", SIGNED_IN),
    Entry("GET /api/v1/earnings/{row_id}", NOBODY, row="random", no_proof=_NO_MONEY),
    Entry("GET /api/v1/payouts", SIGNED_IN),
    Entry("GET /api/v1/payouts/{row_id}", NOBODY, row="random", no_proof=_NO_MONEY),
    Entry("POST /api/v1/payouts", has(P.FINANCE_MANAGE), _ASKING),
    Entry("POST /api/v1/payouts/{row_id}/decision", NOBODY, given(paid=True), row="random", no_proof=_NO_MONEY),
    Entry("POST /api/v1/payouts/{row_id}/reversal", NOBODY, given(reason="Wrong"), row="random", no_proof=_NO_MONEY),
    Entry("GET /api/v1/subscription-prices", HERE, shows="price", query=_ALL),
    Entry("GET /api/v1/subscription-prices/{row_id}", HERE, row="price"),
    Entry("POST /api/v1/subscription-prices", has(P.FINANCE_MANAGE), _PRICE),
    Entry("PUT /api/v1/subscription-prices/{row_id}", has(P.FINANCE_MANAGE), _PRICE, row="price"),
    Entry("GET /api/v1/subscriptions", _SEES, shows="subscription", query=_ALL),
    Entry("GET /api/v1/subscriptions/{row_id}", _SEES, row="subscription"),
    Entry("POST /api/v1/subscriptions", OWN_ROW | has(P.FINANCE_CHARGE), _SUBSCRIBING),
    Entry(
        "POST /api/v1/subscriptions/{row_id}/changes",
        OWN_ROW | has(P.FINANCE_CHARGE),
        given(act="cancel_at_end"),
        row="subscription",
    ),
)
BY_ROUTE = {
    "SaveSubscriptionPrice": "POST /api/v1/subscription-prices",
    "Subscribe": "POST /api/v1/subscriptions",
    "ChangeSubscription": "POST /api/v1/subscriptions/{row_id}/changes",
    "SaveAffiliate": "POST /api/v1/affiliates",
    "GiveReferral": "POST /api/v1/referrals",
    "TypeCode": "POST /api/v1/typed-codes",
    "AgreeShare": "POST /api/v1/revenue-shares",
    "AskPayout": "POST /api/v1/payouts",
}
ELSEWHERE = dict.fromkeys(("DecidePayout", "ReversePayout"), "tests/finance/test_earning_service.py")
