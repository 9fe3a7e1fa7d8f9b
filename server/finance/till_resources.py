"""The families of the cash desk over REST, with their examples."""

from server.core.resources import Resource
from server.finance.till_kinds import RECEIPT_KIND, REQUEST_KIND, SHIFT_KIND, TILL_KIND

_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb70"
_TILL_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb71"
_REVISION = "01a1f7f8-3000-7672-874a-d4a9f55daf8f"
_HEAD = {"id": _ID, "revision": _REVISION}
KEY_EXAMPLE = {"public_key": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}
GAP_EXAMPLE = {
    "first": "R-K3-000124",
    "last": "R-K3-000125",
    "count": 2,
    "reason": "not_arrived",
    "words": "Not here yet. The till was last in touch on 2026-11-20 at 14:04.",
}
REPORT_EXAMPLE = {"kind": "X", "z_number": None, "lines": [["Receipts", "14"], ["Cash expected", "GHS 612.00"]]}

TILLS = Resource(
    family="tills",
    kind=TILL_KIND,
    add="",
    edit="",
    filters={"state": "state"},
    sorts=("series", "name"),
    default_sort="series",
    name="till",
    example={**_HEAD, "name": "Front desk 2", "series": 93, "code": "L3", "state": "active", "install_epoch": 1},
)
RECEIPTS = Resource(
    family="receipts",
    kind=RECEIPT_KIND,
    add="",
    edit="",
    filters={"number": "number"},
    sorts=("issued_at", "number"),
    default_sort="issued_at",
    name="receipt",
    example={
        **_HEAD,
        "number": "R-L3-000123",
        "till_id": _TILL_ID,
        "series": 93,
        "sequence": 123,
        "amount": 250_000,
        "currency": "GHS",
        "issued_at": "2026-11-20T14:04:00.000Z",
    },
)
SHIFTS = Resource(
    family="shifts",
    kind=SHIFT_KIND,
    add="",
    edit="",
    filters={"state": "state"},
    sorts=("opened_at",),
    default_sort="opened_at",
    name="drawer",
    example={**_HEAD, "till_id": _TILL_ID, "cashier_name": "Samuel Njoroge", "opening_float": 20_000, "state": "open"},
)
REQUESTS = Resource(
    family="finance-requests",
    kind=REQUEST_KIND,
    add="",
    edit="",
    filters={"state": "state"},
    sorts=("asked_at",),
    default_sort="asked_at",
    name="request",
    example={**_HEAD, "kind": "void", "state": "waiting", "number": "R-L3-000123", "amount": 250_000},
)
