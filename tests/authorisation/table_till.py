"""What the routes of the cash desk ask for: one line for each."""

from shared.people.vocabulary import Permission
from tests.authorisation.rules import NOBODY, SIGNED_IN, Entry, given, holds

P = Permission
_ALL = "?limit=500"
_NO_TILL = "a till prints at one install, whose key signs"
_PUBLIC_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
ENTRIES = (
    Entry("GET /api/v1/tills", SIGNED_IN, query=_ALL),
    Entry("GET /api/v1/tills/{row_id}", NOBODY, row="random", no_proof=_NO_TILL),
    Entry(
        "POST /api/v1/tills",
        holds(P.FINANCE_TAKE_PAYMENT, P.FINANCE_MANAGE),
        given(name="Front desk", install_epoch=1, public_key=_PUBLIC_KEY),
    ),
    Entry("POST /api/v1/tills/{row_id}/approve", NOBODY, given(), row="random", no_proof=_NO_TILL),
    Entry("POST /api/v1/tills/{row_id}/close", NOBODY, given(), row="random", no_proof=_NO_TILL),
    Entry("GET /api/v1/tills/{row_id}/gaps", NOBODY, row="random", no_proof=_NO_TILL),
    Entry("POST /api/v1/tills/keys", holds(P.FINANCE_MANAGE), given()),
    Entry("GET /api/v1/receipts", SIGNED_IN, query=_ALL),
    Entry("GET /api/v1/receipts/{row_id}", NOBODY, row="random", no_proof=_NO_TILL),
    Entry("GET /api/v1/shifts", SIGNED_IN, query=_ALL),
    Entry("GET /api/v1/shifts/{row_id}", NOBODY, row="random", no_proof=_NO_TILL),
    Entry("GET /api/v1/shifts/{row_id}/report", NOBODY, row="random", no_proof=_NO_TILL),
    Entry("GET /api/v1/finance-requests", SIGNED_IN, query=_ALL),
    Entry("GET /api/v1/finance-requests/{row_id}", NOBODY, row="random", no_proof=_NO_TILL),
)
_TILLS, _DRAWERS = "tests/finance/test_till_service.py", "tests/finance/test_shift_service.py"
ELSEWHERE = {
    **dict.fromkeys(("AskTill", "CertifyTill", "CloseTill", "PutReceiptKey"), _TILLS),
    **dict.fromkeys(("OpenShift", "MoveCash", "CloseShift"), _DRAWERS),
    **dict.fromkeys(("AskVoid", "AskRefund", "DecideRequest", "WithdrawRequest"), _DRAWERS),
    "PrintReceipt": "tests/finance/test_office_receipts.py",
}
