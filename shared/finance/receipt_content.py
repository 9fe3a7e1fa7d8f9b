"""What stands on a receipt's paper: kept with the receipt, so that a duplicate says the same."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ConfigDict

from shared.core.strict import StrictModel


class Item(StrictModel):
    """One line: what was paid, and how much of it in minor units."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    what: str
    amount: int


class Content(StrictModel):
    """The words and amounts (minor units) of one receipt; `code` and `qr` are empty in a preview."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    institute: str = ""
    address: str = ""
    number: str = ""
    issued: str = ""
    received_from: str = ""
    received_for: str = ""
    paid_by: str = ""
    reference: str = ""
    items: tuple[Item, ...] = ()
    total: int = 0
    currency: str = ""
    given: int = 0
    change: int = 0
    balance_after: int | None = None
    note: str = ""
    unconfirmed: bool = False
    code: str = ""
    qr: str = ""
    duplicate: str = ""
    """When it is a duplicate: of when, and who printed it; else empty."""
    voided: bool = False


def kept(content: Content) -> dict[str, Any]:
    """Return what goes with the receipt; number, code and QR code follow from the receipt itself."""
    return content.model_dump(mode="json", exclude={"number", "code", "qr", "duplicate", "voided"})


def content_of(printed: Mapping[str, Any], **more: Any) -> Content:
    """Return kept words as content again."""
    return Content.model_validate({**printed, **more})


def items_sum(items: Sequence[Item]) -> int:
    """Return what the lines come to."""
    return sum(item.amount for item in items)
