"""Takes events of gateways: signature over the bytes as they came, each once for ever, and nothing believed of them."""

import hashlib
import logging
from collections.abc import Mapping

from server.core.context import Context
from server.core.database import Db
from server.core.isolation import acting_for
from server.finance.gateway import BadSignatureError, Event
from server.finance.gateway_account import Account, account_of, gateway_of, is_webhook_path, told
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.ids import is_id
from shared.core.text import text
from shared.finance.online_rules import GATEWAYS
from shared.finance.vocabulary import Method

_log = logging.getLogger(__name__)
_LONGEST_TOKEN = 100
_PUT = """
INSERT INTO webhook_inbox (organisation_id, gateway, key, digest, name, reference, gateway_id, paid_id, received_at,
next_at, tries, outcome) VALUES (:o, :gateway, :key, :digest, :name, :reference, :gateway_id, :paid_id, :now, :now, 0,
'') ON CONFLICT DO NOTHING
"""


def take_event(
    context: Context, organisation_id: str, token: str, gateway: str, headers: Mapping[str, str], body: bytes
) -> bool:
    """Keep an event to be worked off; False for one that came before.

    Raises CampusError `webhook_unknown` on a path that isn't the institute's, `webhook_refused` for what the gateway
    didn't sign, and for events of its test mode where the account is live.
    """
    unknown = CampusError("webhook_unknown", text("There is nothing here."))
    if not is_id(organisation_id) or len(token) > _LONGEST_TOKEN or gateway not in GATEWAYS:
        raise unknown
    name = Method(gateway)
    with acting_for(organisation_id):
        with context.database.read() as db:
            account = account_of(db, organisation_id, name)
        if account is None or not account.sealed or not is_webhook_path(account, token):
            raise unknown
        event = _read(context, organisation_id, account, headers, body)
        if event is None:
            now = instant_text(context.clock.now())
            context.database.write(lambda db: told(db, organisation_id, name, now, "refused"))
            raise CampusError("webhook_refused", text("This wasn't signed by the gateway for this account."))
        return context.database.write(lambda db: _keep(context, db, organisation_id, name, event, body))


def _read(
    context: Context, organisation_id: str, account: Account, headers: Mapping[str, str], body: bytes
) -> Event | None:
    speaker = gateway_of(context, organisation_id, account)
    try:
        event = speaker.event(headers, body)
    except BadSignatureError:
        _log.warning("An event of %s for institute %s isn't signed", account.gateway, organisation_id)
        return None
    finally:
        speaker.close()
    if event.live != account.live:
        _log.warning("An event of %s for institute %s is of another mode", account.gateway, organisation_id)
        return None
    return event


def _keep(context: Context, db: Db, organisation_id: str, name: Method, event: Event, body: bytes) -> bool:
    now = instant_text(context.clock.now())
    kept = db.run(
        _PUT,
        o=organisation_id,
        gateway=str(name),
        key=event.key,
        digest=hashlib.sha256(body).hexdigest(),
        name=event.name[:120],
        reference=event.reference,
        gateway_id=event.gateway_id,
        paid_id=event.payment_id,
        now=now,
    )
    if kept:
        told(db, organisation_id, name, now, "event")
    return bool(kept)
