"""What the dialog of the journal asks the server for: what it comes to, its file, and codes of accounts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from desktop.core.api_client import ApiClient
from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from shared.core.errors import CampusError
from shared.core.money import money_text
from shared.core.text import plural, text
from shared.finance.journal_rules import AccountCode, chart
from shared.finance.permissions import may_manage_finance
from shared.finance.report_commands import SetBookAccount, book_account_id
from shared.finance.report_vocabulary import BOOK_ACCOUNT

_PATH = "/api/v1/journal"


def _client(desk: Desk) -> ApiClient:
    client = desk.client
    if client is None or not client.is_signed_in:
        words = text("The journal is written by the server. Connect to it, then ask again.")
        raise CampusError("network_needed", words)
    return client


def look(desk: Desk, first: date, last: date) -> Mapping[str, Any]:
    """Return what the journal of some days comes to and who took it out before. Raises CampusError."""
    found: Mapping[str, Any] = _client(desk).get(_PATH, {"first": first.isoformat(), "last": last.isoformat()})["data"]
    return found


def fetch(desk: Desk, first: date, last: date, kind: str) -> bytes:
    """Return the file of a journal; the server notes that it was taken out. Raises CampusError."""
    body = {"first": first.isoformat(), "last": last.isoformat(), "format": kind}
    return _client(desk).download_asked(f"{_PATH}/exports", body)


def said(found: Mapping[str, Any]) -> tuple[str, str]:
    """Return what a journal comes to in words, and what is said of those taken out before."""
    sums = ", ".join(
        text(
            "debit {debit}, credit {credit}",
            debit=money_text(one["debit"], one["currency"]),
            credit=money_text(one["credit"], one["currency"]),
        )
        for one in found["sums"]
    )
    lines = plural("{n} line", "{n} lines", int(found["lines"]))
    comes = f"{lines}: {sums}" if sums else text("Nothing was posted on these days.")
    if not found["exported"]:
        return comes, ""
    latest = found["exported"][0]
    words = {"day": latest["at"][:10], "name": latest["by"] or "–"}
    if latest["same"]:
        return comes, text("Taken out before, on {day} by {name}. The books say the same now.", **words)
    more = text("Taken out before, on {day} by {name}. Entries of these days were added since.", **words)
    return comes, more


def codes(desk: Desk) -> list[AccountCode]:
    """Return the codes of accounts as this computer knows them."""
    rows = desk.store.page(BOOK_ACCOUNT, limit=-1)
    return chart({row["what"]: AccountCode(row["what"], row["code"], row["name"]) for row in rows})


def set_code(desk: Desk, what: str, code: str, name: str) -> None:
    """Give what is posted another code. Raises CampusError `not_allowed`, `account_code_invalid`."""
    if not may_manage_finance(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't set codes of accounts. Ask the bursar."))
    try:
        asked = SetBookAccount(what=what, code=code.strip(), name=name.strip())
    except ValueError:
        words = text("A code has 1 to 20 digits and letters, such as 4000 or 4000/1.")
        raise CampusError("account_code_invalid", words) from None
    desk.commit([Ask("SetBookAccount", book_account_id(what), asked.model_dump(), base=None)])
