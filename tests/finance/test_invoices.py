"""Invoices over HTTP, in the door and as codes: signed by the institute once, checked by anybody, altered by nobody."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.finance.receipt_keys import verify
from shared.core.errors import CampusError
from shared.finance.invoice_code import (
    InvoiceFacts,
    check_invoice,
    invoice_sentence,
    invoice_words,
    is_invoice,
    read_invoice,
    sign_invoice,
)
from shared.finance.invoice_rules import due_parts, invoice_id, is_cancelled, last_due, taxes_of
from shared.finance.receipt_code import InstituteKey, Standing, key_id
from tests.finance.books import Books, books
from tests.finance.test_account_routes import money, planned, purse, small
from tests.timetable.planned_server import PlannedServer

__all__ = ["books", "money", "planned", "purse", "small"]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
FACTS = InvoiceFacts("I-2026-1102", 14_700_000, "GHS", "Hana Novák", "2026-11-20T08:30:00.000Z", "2026-12-01")
HOME = "01a1f7f8-3000-7672-874a-d4a8ff8edb01"


def code(facts: InvoiceFacts = FACTS, home: str = HOME) -> str:
    """The code of an invoice."""
    words = invoice_words(facts, home, PUBLIC)
    return words + sign_invoice(words, KEY.sign)


def keys(*, retired: bool = False) -> dict[bytes, InstituteKey]:
    """The keys that a computer knows."""
    return {key_id(PUBLIC): InstituteKey(PUBLIC, retired=retired)}


def charge(served: PlannedServer, **more: Any) -> dict[str, Any]:
    """Charge a student."""
    wanted = {"person_id": served.people["esi"], "what": "Tuition", "amount": 11_500, "currency": "GHS", **more}
    made: dict[str, Any] = served.ask("POST", "ledger-entries", wanted).data
    return made


def test_an_invoice_is_signed_once_and_checks_out(money: PlannedServer) -> None:
    entry = charge(money, due_on="2026-12-01")
    assert money.ask("POST", "invoices", {"entry_id": entry["id"]}, by="esi").code == "receipt_key_missing"
    first = charge(money)
    assert money.ask("POST", "invoices", {"entry_id": first["id"]}, by="efua").status == 200
    made = money.ask("POST", "invoices", {"entry_id": entry["id"]}, by="esi")
    assert (made.status, made.data["number"], made.data["copies"]) == (200, entry["number"], 0)
    again = money.ask("POST", "invoices", {"entry_id": entry["id"]}, by="efua")
    assert again.data == made.data
    home = money.server.organisation_id
    with money.server.context.database.read() as db:
        public = db.one("SELECT public_key FROM receipt_key WHERE organisation_id = :o", o=home)[0]
    known = base64.b64decode(public)
    shown = made.data["words"] + made.data["signature"]
    found = check_invoice(shown, home, {key_id(known): InstituteKey(known)}, verify)
    assert (found.standing, found.facts.amount, found.facts.due_on) == (Standing.GENUINE, 11_500, "2026-12-01")
    assert money.ask("POST", "invoices", {"entry_id": entry["id"]}, by="yaw").status == 404
    assert money.ask("POST", "invoices", {"entry_id": home}, by="efua").status == 404
    assert money.ask("POST", "invoices", {"entry_id": "x" * 99}, by="efua").status == 422


def test_what_no_server_signed_is_refused_and_prints_are_counted(books: Books) -> None:
    entry = books.row("ledger_entry", books.charged(500))
    home, target = books.institute.organisation_id, invoice_id(entry["person_id"], entry["number"])
    facts = InvoiceFacts(entry["number"], 500, "GHS", "Hana", "2026-11-20T08:30:00.000Z")
    words = invoice_words(facts, home, PUBLIC)
    asked = {
        "entry_id": entry["id"], "words": words, "signature": sign_invoice(words, KEY.sign),
        "issued_at": "2026-11-20T08:30:00.000Z",
    }  # fmt: skip
    assert books.at("bursar").do("IssueInvoice", target, asked).code == "invoice_unsigned"
    assert books.at("bursar").do("IssueInvoice", target, {**asked, "words": "CDI"}).code == "invoice_unsigned"
    assert books.at("kofi").do("IssueInvoice", target, asked).code == "not_allowed"
    assert books.at("bursar").do("PrintInvoice", target, {}).verdict in ("rejected", "held")
    row = {
        "organisation_id": home, "id": target, "revision": target, "entry_id": entry["id"],
        "person_id": entry["person_id"], "number": entry["number"], "words": words, "signature": "A",
        "issued_at": "2026-11-20T08:30:00.000Z", "copies": 0,
    }  # fmt: skip
    places = ", ".join(f":{name}" for name in row)
    sql = f"INSERT INTO invoice ({', '.join(row)}) VALUES ({places})"
    books.institute.parts.database.write(lambda db: db.run(sql, **row))
    for copies in (1, 2):
        assert books.at("cashier").do("PrintInvoice", target, {}).verdict == "applied"
        assert books.row("invoice", target)["copies"] == copies
    assert books.at("kofi").do("PrintInvoice", target, {}).code == "not_allowed"


def test_a_code_says_what_it_says_and_nothing_else() -> None:
    assert is_invoice(" c d i" + code()[3:].lower())
    found = check_invoice(code().lower(), HOME, keys(), verify)
    assert (found.standing, found.facts) == (Standing.GENUINE, FACTS)
    assert check_invoice(code(), HOME, keys(retired=True), verify).standing is Standing.EARLIER_KEY
    assert check_invoice(code(), HOME, {}, verify).standing is Standing.UNKNOWN_KEY
    assert check_invoice(code(home="other"), HOME, keys(), verify).standing is Standing.OTHER_INSTITUTE
    assert read_invoice(invoice_words(FACTS, HOME, PUBLIC)) == FACTS
    assert len(code(InvoiceFacts("I-2026-9999999", 10**13, "GHS", "Ñ" * 200, FACTS.issued_at))) < 400
    with pytest.raises(CampusError):
        read_invoice("CDIAAAA")
    for standing in Standing:
        assert invoice_sentence(standing, "Home")


def test_every_letter_matters() -> None:
    whole = code()
    for at in range(len(whole)):
        other = whole[:at] + ("A" if whole[at] != "A" else "B") + whole[at + 1 :]
        assert check_invoice(other, HOME, keys(), verify).standing not in (Standing.GENUINE, Standing.EARLIER_KEY)
    for wrong in ("", "CDI", "CDI0000", whole[:-1], whole + "A", "CDR" + whole[3:], "CDIÄÖÜ" * 40):
        assert check_invoice(wrong, HOME, keys(), verify).facts is None


def test_taxes_due_parts_and_cancelling() -> None:
    one = {"id": "a", "amount": 100, "due_on": "2026-12-01", "reverses_id": None,
           "taxes": [{"name": "VAT", "rate": 1_500, "amount": 13}]}  # fmt: skip
    two = {**one, "id": "b", "due_on": None}
    assert taxes_of([one, two]) == [("VAT", 1_500, 26)]
    assert last_due([one, two]) == "2026-12-01"
    assert due_parts([one, two], {"b": [("2026-11-01", 40), ("2026-12-01", 60)]}) == [
        ("2026-11-01", 40),
        ("2026-12-01", 160),
    ]
    back = {"reverses_id": "a"}
    assert not is_cancelled([one, two], [one, two, back])
    assert is_cancelled([one], [one, back])
    assert not is_cancelled([], [])
