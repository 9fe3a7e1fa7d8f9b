"""What people do with invoices: ask the server to sign one, print or save it, and check the code of one offline."""

from collections.abc import Mapping
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.core.queries import Where
from desktop.finance.account_store import today_of
from desktop.finance.invoice_paper import InvoiceContent
from desktop.finance.plan_store import plan_views
from desktop.finance.receipt_actions import Checked
from desktop.finance.till_store import institute_keys, institute_of, verify
from desktop.shell.institute_mark import logo_bytes
from desktop.timetable.store import full_name
from desktop.timetable.times import local_now, zone_of
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.invoice_code import check_invoice, invoice_digest, invoice_sentence
from shared.finance.invoice_rules import amount_of, charges_of, due_parts, invoice_id, is_cancelled, taxes_of
from shared.finance.plan_rules import fitted, parts_of
from shared.finance.receipt_code import short_code
from shared.finance.report_vocabulary import INVOICE
from shared.finance.vocabulary import LEDGER_ENTRY
from shared.people.vocabulary import PERSON

Body = Mapping[str, Any]
_PATH = "/invoices"


def ready_invoice(desk: Desk, entry: Body) -> Body:
    """Return the signed invoice of a charge: the one that is here, or the server's.

    Raises CampusError `invoice_unnumbered`, `network_needed` and what the server says.
    """
    if not entry["number"] or entry["kind"] != "charge":
        words = text("Only charges have an invoice, and the server numbers it. Choose a charge that has a number.")
        raise CampusError("invoice_unnumbered", words)
    here = desk.store.get(INVOICE, invoice_id(entry["person_id"], entry["number"]))
    if here is not None and here["words"]:
        return here
    client = desk.client
    if client is None or not client.is_signed_in:
        words = text("The server signs the first print of an invoice. Connect to it, then print it.")
        raise CampusError("network_needed", words)
    found: Body = client.act(_PATH, {"entry_id": entry["id"]})
    return found


def content_for(desk: Desk, entry: Body, invoice: Body) -> InvoiceContent:
    """Return what stands on the paper of an invoice; one that was printed before says that it is a duplicate."""
    entries = _entries(desk, entry["person_id"])
    charges = charges_of(entries, entry["number"])
    institute = institute_of(desk)
    now = local_now(desk, zone_of(desk))
    digest = invoice_digest(invoice["words"], invoice["signature"])
    again = text("Printed again on {at}.", at=f"{now:%Y-%m-%d %H:%M}") if invoice["copies"] else ""
    return InvoiceContent(
        institute=str(institute.get("name") or ""),
        address=", ".join(part for part in (institute.get("address"), institute.get("phone")) if part),
        number=str(entry["number"]),
        issued=str(charges[0]["day"]) if charges else "",
        billed_to=full_name(desk.store.get(PERSON, entry["person_id"])),
        items=tuple((str(one["what"]), int(one["amount"])) for one in charges),
        taxes=tuple((_tax(name, rate), amount) for name, rate, amount in taxes_of(charges)),
        total=amount_of(charges),
        dues=tuple(due_parts(charges, _planned(desk, entry, charges))),
        currency=str(entry["currency"]),
        code=short_code(digest),
        qr=invoice["words"] + invoice["signature"],
        duplicate=again,
        cancelled=is_cancelled(charges, entries),
        logo=logo_bytes(institute),
    )


def _tax(name: str, rate: int) -> str:
    whole, part = divmod(rate, 100)
    shown = f"{whole}.{part:02}".rstrip("0").rstrip(".")
    return text("{tax} {rate} %", tax=name, rate=shown)


def _entries(desk: Desk, person_id: str) -> list[Body]:
    return list(desk.store.page(LEDGER_ENTRY, [Where("person_id", "=", person_id)], limit=-1))


def _planned(desk: Desk, entry: Body, charges: list[Body]) -> dict[str, list[tuple[str, int]]]:
    """Return the parts of a plan that covers exactly this invoice, at its first charge."""
    own = {one["id"] for one in charges}
    for view in plan_views(desk, entry["person_id"], entry["currency"], today_of(desk)):
        if set(view.body["charge_ids"]) == own:
            parts = list(fitted(parts_of(view.body), amount_of(charges)))
            return {one["id"]: [] if at else parts for at, one in enumerate(charges)}
    return {}


def count_print(desk: Desk, invoice: Body) -> None:
    """Note that an invoice was printed or saved, so that the next one is a duplicate; offline too."""
    desk.commit([Ask("PrintInvoice", str(invoice["id"]), {})])


def check(desk: Desk, scanned: str) -> Checked:
    """Check an invoice's scanned or pasted code without any network."""
    found = check_invoice(scanned, desk.actor.organisation_id, institute_keys(desk), verify)
    words = invoice_sentence(found.standing, str(institute_of(desk).get("name") or text("The institute")))
    if found.facts is None:
        return Checked(found.standing, words)
    rows = desk.store.page(INVOICE, [Where("number", "=", found.facts.number)], limit=-1)
    entries = [one for person_id in sorted({row["person_id"] for row in rows}) for one in _entries(desk, person_id)]
    charges = charges_of(entries, found.facts.number)
    known = text("This computer has no copy of it, so it can't tell whether it was cancelled since.")
    cancelled = is_cancelled(charges, entries)
    if charges and cancelled:
        known = text("It was cancelled.")
    elif charges and amount_of(charges) != found.facts.amount:
        known = text("Its charges come to another amount now. Ask the office.")
    elif charges:
        known = text("As far as this computer knows it wasn't cancelled.")
    return Checked(found.standing, words, None, short_code(found.digest), known, cancelled, found.facts)
