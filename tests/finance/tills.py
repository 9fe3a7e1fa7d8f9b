"""Tills for tests: made and certified on the server, and the receipts that they sign."""

import base64
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.core.keys import Keys
from server.finance.receipt_keys import certify, make_key
from server.finance.till_kinds import TILL_KIND
from shared.finance import receipt_code as code
from shared.finance.till_commands import receipt_key_id
from shared.finance.till_rules import receipt_number
from shared.finance.vocabulary import Method
from tests.institute import Device, Institute

TODAY = date(2026, 11, 20)
KEYS = Keys.made()


class Till:
    """A till at someone's computer, approved by someone else."""

    def __init__(self, institute: Institute, device: Device, manager: Device, seed: int = 1) -> None:
        self.institute, self.device = institute, device
        self.key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.id = institute.parts.new_id()
        self.last = 0
        asked = {
            "name": f"Desk {seed}",
            "device_id": device.origin.device_id,
            "install_epoch": 1,
            "public_key": base64.b64encode(self.key.public_key().public_bytes_raw()).decode(),
        }
        told = device.do("AskTill", self.id, asked)
        assert told.verdict == "applied", told
        self.series = self.row()["series"]
        self.code = self.row()["code"]
        self.certify(manager)

    def row(self) -> dict[str, Any]:
        """Return the till as the server has it."""
        sql = f"SELECT {TILL_KIND.selected()} FROM till t WHERE t.organisation_id = :o AND t.id = :id"
        with self.institute.parts.database.read() as db:
            found = db.one(sql, o=self.institute.organisation_id, id=self.id)
        assert found is not None
        return TILL_KIND.body_of(found)

    def certify(self, manager: Device) -> None:
        """Certify it as the route does, with a key that is made where there is none."""
        parts, organisation = self.institute.parts, self.institute.organisation_id
        with parts.database.read() as db:
            has = db.one("SELECT 1 FROM receipt_key WHERE organisation_id = :o", o=organisation)
        if has is None:
            self.renew_key(manager)
        row = self.row()
        with parts.database.read() as db:
            certificate = certify(db, KEYS, organisation, row, TODAY)
        told = manager.do("CertifyTill", self.id, {"certificate": certificate}, self.row()["revision"])
        assert told.verdict == "applied", told
        self.certificate = certificate

    def renew_key(self, manager: Device) -> str:
        """Make a new receipt key of the institute; returns its public half."""
        parts, organisation = self.institute.parts, self.institute.organisation_id
        now = "2026-11-20T08:00:00.000Z"
        made = parts.database.write(lambda db: make_key(db, KEYS, organisation, now))
        assert manager.do("PutReceiptKey", receipt_key_id(made), {"public_key": made}).verdict == "applied"
        return str(made)

    def receipt(self, payment: dict[str, Any], sequence: int = 0, **more: Any) -> dict[str, Any]:
        """Return the receipt that this till prints for a payment."""
        self.last = sequence or self.last + 1
        methods = frozenset(Method(one["method"]) for one in payment["tenders"])
        said = code.Facts(
            self.code,
            self.last,
            payment["amount"],
            payment["currency"],
            "Hana Novak",
            "2026-11-20T08:00:00.000Z",
            methods,
            methods != {Method.CASH},
        )
        words = code.receipt_words(said, self.certificate)
        return {
            "number": receipt_number(self.code, self.last),
            "till_id": self.id,
            "series": self.series,
            "sequence": self.last,
            "issued_at": "2026-11-20T08:00:00.000Z",
            "words": words,
            "signature": code.signed(words, self.key.sign),
            "printed": {"received_from": "Hana Novak"},
            **more,
        }
