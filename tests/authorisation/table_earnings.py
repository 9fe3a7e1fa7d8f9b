"""What the routes of subscriptions ask for: one line for each."""

from shared.people.vocabulary import Permission
from tests.authorisation.rules import HERE, OWN_ROW, Entry, given, has, naming

P = Permission
_SEES = OWN_ROW | has(P.FINANCE_SEE, P.FINANCE_CHARGE, P.FINANCE_TAKE_PAYMENT, P.FINANCE_APPROVE, P.FINANCE_MANAGE)
_ALL = "?limit=500"
_PRICE = naming({"name": "Monthly", "currency": "GHS", "amount": 100}, course_id="course")
_SUBSCRIBING = naming(person_id="person", price_id="price", cohort_id="cohort")
ENTRIES = (
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
}
