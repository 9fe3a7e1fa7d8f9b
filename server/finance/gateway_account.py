"""An institute's accounts at payment gateways: keys that are kept sealed and never shown, and how to speak there."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.settings import Settings
from server.finance import paystack, razorpay
from server.finance.gateway import Gateway, GatewayKeys
from server.finance.gateway_http import CONNECT_SECONDS
from server.messaging.notes import noted
from server.people.fresh_sign_in import need_fresh
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.online_rules import CURRENCIES_OF, GATEWAYS
from shared.finance.vocabulary import Method

PLACE = "gateway_account"
WEBHOOKS, CHECKOUT = "/api/v1/payments/webhooks", "/api/v1/payment-checkout"
OLDER_SECRET = timedelta(hours=24)
_TOKEN_BYTES = 24
_READ = """
SELECT gateway, key_id, sealed, live, token_digest, older_until, problem, revision, changed_at, event_at, asked_at,
listed_at, refused FROM gateway_account WHERE organisation_id = :o AND gateway = :gateway
"""
_PUT = """
INSERT INTO gateway_account (organisation_id, gateway, key_id, sealed, live, token_digest, older_until, problem,
revision, changed_at, changed_by, event_at, asked_at, listed_at, refused)
VALUES (:o, :gateway, :key_id, :sealed, :live, NULL, :older_until, '', :revision, :now, :by, NULL, NULL, NULL, 0)
ON CONFLICT (organisation_id, gateway) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed,
live = excluded.live, older_until = excluded.older_until, problem = '', revision = excluded.revision,
changed_at = excluded.changed_at, changed_by = excluded.changed_by, refused = 0
"""
_PATH = "UPDATE gateway_account SET token_digest = :digest WHERE organisation_id = :o AND gateway = :gateway"
_ASKED = (
    "UPDATE gateway_account SET asked_at = :now, problem = :problem WHERE organisation_id = :o AND gateway = :gateway"
)
_EVENT = "UPDATE gateway_account SET event_at = :now WHERE organisation_id = :o AND gateway = :gateway"
_REFUSED = "UPDATE gateway_account SET refused = refused + 1 WHERE organisation_id = :o AND gateway = :gateway"
_LISTED = "UPDATE gateway_account SET listed_at = :now WHERE organisation_id = :o AND gateway = :gateway"
_SECRETS = {Method.PAYSTACK: ("sk_test_", "sk_live_"), Method.RAZORPAY: ("rzp_test_", "rzp_live_")}


@dataclass(frozen=True)
class Account:
    """What an institute keeps of a gateway, still sealed."""

    gateway: Method
    key_id: str
    sealed: str | None
    live: bool
    token_digest: str | None
    older_until: str | None
    problem: str
    revision: str
    changed_at: str
    event_at: str | None
    asked_at: str | None
    listed_at: str | None
    refused: int


def account_of(db: Db, organisation_id: str, gateway: Method) -> Account | None:
    """Return an institute's account, or None where it has none, or gave it up."""
    row = db.one(_READ, o=organisation_id, gateway=str(gateway))
    if row is None:
        return None
    return Account(Method(row[0]), row[1], row[2], bool(row[3]), *row[4:])


def is_open(account: Account, settings: Settings) -> bool:
    """Tell whether payments are taken through an account: with live keys, or on a server for trying things out."""
    return account.live or settings.test_payments


def accounts_of(db: Db, organisation_id: str) -> list[Account]:
    """Return the accounts that payments go through."""
    found = (account_of(db, organisation_id, one) for one in GATEWAYS)
    return [one for one in found if one is not None and one.sealed]


def keys_of(context: Context, organisation_id: str, account: Account) -> GatewayKeys:
    """Return an account's keys. Raises CampusError `seal_broken`."""
    opened = context.keys.opened(account.sealed or "", PLACE, organisation_id, account.gateway)
    kept: dict[str, str] = orjson.loads(opened)
    now = instant_text(context.clock.now())
    older = kept.get("older", "") if account.older_until and account.older_until > now else ""
    return GatewayKeys(account.key_id, kept["secret"], kept.get("webhook", ""), older)


def gateway_of(context: Context, organisation_id: str, account: Account) -> Gateway:
    """Return what speaks with an institute's gateway; whoever asks for it closes it."""
    keys, settings = keys_of(context, organisation_id, account), context.settings
    seconds = (min(CONNECT_SECONDS, settings.gateway_seconds), settings.gateway_seconds)
    if account.gateway is Method.PAYSTACK:
        line = paystack.line_of(keys, settings.paystack_base_url, ca_file=settings.paystack_ca_file, seconds=seconds)
        return paystack.Paystack(keys, line)
    line = razorpay.line_of(keys, settings.razorpay_base_url, ca_file=settings.razorpay_ca_file, seconds=seconds)
    return razorpay.Razorpay(keys, line, f"{settings.public_url}{CHECKOUT}/{organisation_id}")


def is_webhook_path(account: Account | None, token: str) -> bool:
    """Tell whether an event came on the path that this institute gave its gateway."""
    known = account.token_digest if account is not None and account.token_digest else "-"
    return hmac.compare_digest(known.encode(), hashlib.sha256(token.encode()).hexdigest().encode())


def told(db: Db, organisation_id: str, gateway: Method, now: str, what: str, problem: str = "") -> None:
    """Keep when a gateway was "asked" last (and why that failed) or "listed", told an "event", or one was "refused"."""
    places = {"o": organisation_id, "gateway": str(gateway)}
    if what == "asked":
        db.run(_ASKED, now=now, problem=problem, **places)
    elif what == "refused":
        db.run(_REFUSED, **places)
    else:
        db.run(_LISTED if what == "listed" else _EVENT, now=now, **places)


class AccountBook:
    """Reads and changes an institute's accounts; each change is noted in the log of changes."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def shown(self, db: Db, organisation_id: str, gateway: Method) -> dict[str, Any]:
        """Return an account without its secrets; `is_set_up` is False where there is none."""
        kept = account_of(db, organisation_id, gateway)
        is_set_up = kept is not None and kept.sealed is not None
        return {
            "gateway": str(gateway),
            "is_set_up": is_set_up,
            "key_id": kept.key_id if kept else "",
            "live": bool(kept and kept.live),
            "open": bool(kept and is_open(kept, self._context.settings)),
            "currencies": list(CURRENCIES_OF[gateway]),
            "has_webhook_path": bool(kept and kept.token_digest),
            "problem": kept.problem if kept else "",
            "event_at": kept.event_at if kept else None,
            "asked_at": kept.asked_at if kept else None,
            "refused": kept.refused if kept else 0,
            "revision": kept.revision if kept else None,
            "changed_at": kept.changed_at if kept else None,
        }

    def put(self, known: CurrentSignIn, gateway: Method, key_id: str, secret: str, webhook: str) -> dict[str, Any]:
        """Keep an account's keys; empty ones stay as they are. Whether it is live is told by the key.

        Raises CampusError `gateway_key_faulty`, `secret_needed` or `fresh_sign_in_needed`.
        """
        return self._context.database.write(lambda db: self._put(db, known, gateway, key_id, secret, webhook))

    def _put(
        self, db: Db, known: CurrentSignIn, gateway: Method, key_id: str, secret: str, webhook: str
    ) -> dict[str, Any]:
        now, organisation_id = self._context.clock.now(), known.actor.organisation_id
        need_fresh(db, known, now)
        before = account_of(db, organisation_id, gateway)
        kept = keys_of(self._context, organisation_id, before) if before and before.sealed else GatewayKeys()
        keys, older_until = _changed(gateway, kept, (key_id, secret, webhook), before, instant_text(now + OLDER_SECRET))
        content = {"secret": keys.secret, "webhook": keys.webhook_secret, "older": keys.older_webhook_secret}
        packed = orjson.dumps(content)
        live = (keys.key_id or keys.secret).startswith(_SECRETS[gateway][1])
        self._write(db, known, gateway, keys.key_id, packed, older_until, live=live)
        what = {"new_secret": bool(secret), "new_webhook_secret": bool(webhook), "key_id": keys.key_id, "live": live}
        noted(self._context, db, known, {"what": "gateway_set_up", "gateway": str(gateway), **what})
        return self.shown(db, organisation_id, gateway)

    def remove(self, known: CurrentSignIn, gateway: Method) -> dict[str, Any]:
        """Forget an account's keys: nothing more goes through it."""

        def work(db: Db) -> dict[str, Any]:
            need_fresh(db, known, self._context.clock.now())
            self._write(db, known, gateway, "", None, None, live=False)
            noted(self._context, db, known, {"what": "gateway_removed", "gateway": str(gateway)})
            return self.shown(db, known.actor.organisation_id, gateway)

        return self._context.database.write(work)

    def _write(
        self,
        db: Db,
        known: CurrentSignIn,
        gateway: Method,
        key_id: str,
        packed: bytes | None,
        older_until: str | None,
        *,
        live: bool,
    ) -> None:
        organisation_id = known.actor.organisation_id
        sealed = self._context.keys.sealed(packed, PLACE, organisation_id, gateway) if packed else None
        db.run(
            _PUT,
            o=organisation_id,
            gateway=str(gateway),
            key_id=key_id,
            sealed=sealed,
            live=live,
            older_until=older_until,
            revision=self._context.new_id(),
            now=instant_text(self._context.clock.now()),
            by=known.actor.person_id,
        )

    def new_path(self, known: CurrentSignIn, gateway: Method) -> dict[str, str]:
        """Return a new path for the gateway's events, shown this once; the one before is good no longer.

        Raises CampusError `gateway_missing` or `fresh_sign_in_needed`.
        """
        token, organisation_id = secrets.token_urlsafe(_TOKEN_BYTES), known.actor.organisation_id

        def work(db: Db) -> None:
            need_fresh(db, known, self._context.clock.now())
            digest = hashlib.sha256(token.encode()).hexdigest()
            if not db.run(_PATH, o=organisation_id, gateway=str(gateway), digest=digest):
                raise CampusError("gateway_missing", text("Enter the gateway's keys first."))
            noted(self._context, db, known, {"what": "webhook_path_made", "gateway": str(gateway)})

        self._context.database.write(work)
        path = f"{WEBHOOKS}/{organisation_id}/{token}/{gateway}"
        return {"path": path, "address": f"{self._context.settings.public_url}{path}"}


def _changed(
    gateway: Method, kept: GatewayKeys, given: tuple[str, str, str], before: Account | None, until: str
) -> tuple[GatewayKeys, str | None]:
    """Return the keys after a change, and until when the webhook secret before counts beside the new one."""
    key_id, secret, webhook = (one.strip() for one in given)
    key_id = key_id or kept.key_id
    if key_id != kept.key_id and not secret and kept.key_id:
        raise CampusError("secret_needed", text("Enter the secret that belongs to this key."))
    if not (secret or kept.secret):
        raise CampusError("secret_needed", text("Enter the gateway's secret key."))
    named = key_id if gateway is Method.RAZORPAY else (secret or kept.secret)
    if not named.startswith(_SECRETS[gateway]):
        first = _SECRETS[gateway][1]
        message = text(
            "This is no key of {gateway}. Live ones begin with {first}.", gateway=gateway.title(), first=first
        )
        raise CampusError("gateway_key_faulty", message)
    changed = bool(webhook and kept.webhook_secret and webhook != kept.webhook_secret)
    older = kept.webhook_secret if changed else kept.older_webhook_secret
    until_now = until if changed else (before.older_until if before else None)
    keys = GatewayKeys(
        key_id if gateway is Method.RAZORPAY else "", secret or kept.secret, webhook or kept.webhook_secret, older
    )
    return keys, until_now
