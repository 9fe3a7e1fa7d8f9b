"""What payments through gateways ask for: one line for each route and command."""

from shared.people.vocabulary import Permission
from tests.authorisation.rules import OWN_ROW, PUBLIC, SIGNED_IN, Entry, given, has, holds, naming

P = Permission
_SETS_UP = holds(P.ORGANISATION_EDIT)
_SEES = holds(P.FINANCE_SEE, P.FINANCE_CHARGE, P.FINANCE_TAKE_PAYMENT, P.FINANCE_APPROVE, P.FINANCE_MANAGE)
_PAYS = OWN_ROW | has(P.FINANCE_TAKE_PAYMENT)
_HOOK = {"organisation_id": "institute", "token": "random", "gateway": "gateway"}
_WANTED = {"gateway": "paystack", "amount": 5_000, "currency": "GHS"}
_KEYS = given(secret="sk_test_1")
_ACCOUNT = "/api/v1/gateway-accounts/{gateway}"
ENTRIES = (
    Entry("GET /api/v1/online-payments", _SEES),
    Entry("GET /api/v1/online-payments/ways", SIGNED_IN),
    Entry("POST /api/v1/online-payments", _PAYS, naming(_WANTED, person_id="person"), absent=True),
    Entry("GET /api/v1/online-payments/{row_id}", SIGNED_IN, row="random", absent=True),
    Entry("POST /api/v1/online-payments/{row_id}/ask", SIGNED_IN, row="random", absent=True),
    Entry("GET /api/v1/online-payments/networks", SIGNED_IN),
    Entry("POST /api/v1/online-payments/{row_id}/code", SIGNED_IN, given(code="123456"), row="random", absent=True),
    Entry("GET /api/v1/gateway-accounts", _SETS_UP),
    Entry(f"PUT {_ACCOUNT}", _SETS_UP, _KEYS, other={"gateway": "gateway"}),
    Entry(f"DELETE {_ACCOUNT}", _SETS_UP, other={"gateway": "gateway"}),
    Entry(f"POST {_ACCOUNT}/webhook-path", _SETS_UP, other={"gateway": "gateway"}, absent=True),
    Entry(
        "POST /api/v1/payments/webhooks/{organisation_id}/{token}/{gateway}", PUBLIC, given(), other=_HOOK, absent=True
    ),
    Entry(
        "GET /api/v1/payment-checkout/{organisation_id}", PUBLIC, other={"organisation_id": "institute"}, absent=True
    ),
    Entry("GET /api/v1/payment-return", PUBLIC),
    Entry("POST /api/v1/payment-return", PUBLIC, given()),
)
BY_ROUTE = {"BeginOnlinePayment": "POST /api/v1/online-payments"}
