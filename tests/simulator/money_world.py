"""Money in the small institute of every simulated run: who handles it, two tills, fees, a discount and a gateway."""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.finance.till_store import TILL_KEY
from server.core.database import Db
from server.core.isolation import acting_for
from server.finance import gateway_account
from server.finance.receipt_keys import certify, make_key
from server.finance.till_kinds import TILL_KIND
from shared.core.clock import instant_text
from shared.core.ids import derived_id
from shared.finance.discount_rules import FIRST
from shared.finance.fee_commands import fee_structure_id
from shared.finance.till_commands import receipt_key_id
from shared.people.vocabulary import Permission, Role
from tests.providers import paystack, razorpay

if TYPE_CHECKING:
    from tests.simulator.device import Device
    from tests.simulator.server import ServerProgram
    from tests.simulator.world import Institute

OFFICE = frozenset(
    map(
        str,
        (
            Permission.FINANCE_SEE, Permission.FINANCE_CHARGE, Permission.FINANCE_TAKE_PAYMENT,
            Permission.FINANCE_APPROVE, Permission.FINANCE_MANAGE,
        ),
    )
)  # fmt: skip
"""What the front desk may do with money."""
AT_THE_TILL = OFFICE - {str(Permission.FINANCE_MANAGE)}
"""What the second till's cashier may do, who teaches beside it and doesn't see the whole institute."""
TILLS = ("Front desk", "Kofi's laptop")
CURRENCY, ABROAD = "GHS", "INR"
TOKEN = "simulated-gateway-token"
_KEYS = {
    "paystack": ("", paystack.SECRET, ""),
    "razorpay": (razorpay.KEY_ID, razorpay.SECRET, razorpay.WEBHOOK_SECRET),
}
Asks = Sequence[tuple[str, str, dict[str, Any]]]
Administer = Callable[..., Any]


def let_people_handle_money(program: "ServerProgram", organisation_id: str) -> None:
    """In this institute the front desk keeps the books, and one who teaches is a cashier without seeing everything."""

    def give(db: Db) -> None:
        known = json.loads(db.rows("SELECT permissions FROM role WHERE \"key\" = 'registrar'")[0][0])
        for role, words in ((Role.REGISTRAR, {*known, *OFFICE}), (Role.CASHIER, AT_THE_TILL)):
            change = 'UPDATE role SET permissions = :words WHERE "key" = :role'
            db.run(change, words=json.dumps(sorted(words)), role=str(role))

    with acting_for(organisation_id):
        program.host.write(give)


def key_of(device_id: str) -> Ed25519PrivateKey:
    """Return the first key of the till at a device: the same in each run of a seed."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(device_id.encode()).digest())


def set_up_money(program: "ServerProgram", made: "Institute", administer: Administer) -> None:
    """Certify two tills, charge everybody something, set fees and a discount, and connect two gateways."""
    context, organisation = program.context, made.organisation_id
    now = context.clock.now()
    receipt_key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))

    def keep(db: Db) -> str:
        _connect_gateways(program, db, organisation, now)
        return make_key(db, context.keys, organisation, instant_text(now), receipt_key)

    with acting_for(organisation):
        public = program.host.write(keep)
    asks = [_till(made, name) for name in TILLS]
    asks += [("PutReceiptKey", receipt_key_id(public), {"public_key": public}), *_charges(made), *_rules(made)]
    _all_applied(administer(program, made, *asks))
    with acting_for(organisation), program.host.read() as db:
        rows = db.rows(f"SELECT {TILL_KIND.selected()} FROM till t WHERE t.organisation_id = :o", o=organisation)
        tills = [TILL_KIND.body_of(row) for row in rows]
        certified = [(one["id"], certify(db, context.keys, organisation, one, now.date())) for one in tills]
    _all_applied(administer(program, made, *(("CertifyTill", key, {"certificate": words}) for key, words in certified)))


def _all_applied(outcomes: Sequence[Any]) -> None:
    assert {one.verdict for one in outcomes} == {"applied"}, [one for one in outcomes if one.verdict != "applied"]


def till_id(name: str) -> str:
    """Return the id of the till that a device is from the beginning."""
    return derived_id("simulated till", name)


def _till(made: "Institute", name: str) -> tuple[str, str, dict[str, Any]]:
    device_id = made.installs[name].device_id
    public = base64.b64encode(key_of(device_id).public_key().public_bytes_raw()).decode()
    return "AskTill", till_id(name), {"name": name, "device_id": device_id, "install_epoch": 1, "public_key": public}


def _charges(made: "Institute") -> Asks:
    return [
        (
            "ChargeStudent",
            derived_id("simulated charge", student, str(at)),
            {"person_id": student, "what": f"Instalment {at}", "amount": 10_000 * at, "currency": CURRENCY,
             "due_on": f"2026-11-{10 + at * 5}"},
        )
        for student in made.students
        for at in (1, 2)
    ] + [
        (
            "ChargeStudent",
            derived_id("simulated charge abroad", str(at)),
            {"person_id": [*made.installs.values()][-1].actor.person_id, "what": f"Part {at} of an exam abroad",
             "amount": 9_000 * at, "currency": ABROAD, "due_on": None},
        )
        for at in (1, 2)
    ]  # fmt: skip


def _rules(made: "Institute") -> Asks:
    lines = [
        {"name": "Tuition", "amount": 25_000, "due_days": 14, "taxes": [{"name": "VAT", "rate": 500}]},
        {"name": "Materials", "kind": "other", "amount": 1_999},
    ]
    wanted = {"name": "Fees", "currency": CURRENCY, "lines": lines}
    changes = {name: {"old": None, "new": value} for name, value in wanted.items()}
    cohort = made.cohorts[1]
    discount = {**FIRST, "name": "Early bird", "rate": 1_000, "most": 3, "currency": CURRENCY}
    return [
        ("SaveFeeStructure", fee_structure_id(cohort), {"cohort_id": cohort, "changes": changes}),
        (
            "SaveDiscount",
            derived_id("simulated discount"),
            {"changes": {name: {"old": None, "new": value} for name, value in discount.items()}},
        ),
    ]


def _connect_gateways(program: "ServerProgram", db: Db, organisation_id: str, now: datetime) -> None:
    """Keep the keys of each account and the digest of its path, as the settings' page has them kept."""
    for gateway, (key_id, secret, webhook) in _KEYS.items():
        packed = orjson.dumps({"secret": secret, "webhook": webhook, "older": ""})
        places = {"o": organisation_id, "gateway": gateway}
        db.run(
            gateway_account._PUT,
            key_id=key_id,
            sealed=program.context.keys.sealed(packed, gateway_account.PLACE, organisation_id, gateway),
            live=False,
            older_until=None,
            revision=program.context.new_id(),
            now=instant_text(now),
            by=program.context.new_id(),
            **places,
        )
        db.run(gateway_account._PATH, digest=hashlib.sha256(TOKEN.encode()).hexdigest(), **places)


def make_till_of(device: "Device") -> None:
    """Give a device the key of its till, as asking for one would have."""
    name, device_id = device.label, device.install.device_id
    if name in TILLS:
        key = base64.b64encode(key_of(device_id).private_bytes_raw()).decode()
        kept = {"device_id": device_id, "install_epoch": 1, "key": key, "till_id": till_id(name)}
        device.store.remember(TILL_KEY, kept)
