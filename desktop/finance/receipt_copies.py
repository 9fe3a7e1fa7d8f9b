"""What of a receipt is on this computer, and how often one that the server gave was printed."""

from collections.abc import Mapping
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.core.queries import Where
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance import receipt_code as code
from shared.finance.vocabulary import PAYMENT, RECEIPT, RECEIPT_TEXT

Body = Mapping[str, Any]


def receipt_rows(desk: Desk, receipt: str) -> tuple[Body, Body]:
    """Return a receipt and its words; who paid has the words alone, which say all the rest.

    Raises CampusError `receipt_unknown`.
    """
    body, words = desk.store.get(RECEIPT, receipt), desk.store.get(RECEIPT_TEXT, receipt)
    signature = (words or {}).get("printed", {}).get("signature", "")
    if words is None or (body is None and not (signature and words["words"])):
        raise CampusError("receipt_unknown", text("This receipt isn't on this computer yet."))
    if body is not None:
        return body, words
    said = code.read_words(words["words"])
    paid = desk.store.page(PAYMENT, [Where("person_id", "=", words["person_id"])], limit=-1)
    return {
        "number": said.number,
        "amount": said.amount,
        "currency": said.currency,
        "signature": signature,
        "digest": code.digest_of(words["words"], signature),
        "payment_id": next((one["id"] for one in paid if one["receipt_id"] == receipt), ""),
    }, words


def is_copy(desk: Desk, receipt: str) -> bool:
    """Tell whether the next print is a duplicate: a till printed it, or the server's was printed before."""
    words = desk.store.get(RECEIPT_TEXT, receipt) or {}
    return int(words.get("printed", {}).get("copies", 1)) > 0


def count_print(desk: Desk, receipt: str) -> None:
    """Note that a receipt of the server's own was printed or saved; offline too."""
    if "copies" in (desk.store.get(RECEIPT_TEXT, receipt) or {}).get("printed", {}):
        desk.commit([Ask("PrintReceipt", receipt, {})])
