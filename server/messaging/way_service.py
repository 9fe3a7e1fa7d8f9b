"""How an institute sends mail and SMS: its own accounts, whose passwords are kept sealed and never shown."""

import hashlib
import hmac
import secrets
from typing import Any

import orjson
from pydantic import ValidationError

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.letters import Channel, Letter
from server.messaging import delivery_book
from server.messaging.delivery_service import one_of
from server.messaging.notes import noted
from server.messaging.posting import delivery_id_of
from server.messaging.ways import OWN_SETTINGS, PLACE, kept_for, way_of
from server.people.fresh_sign_in import need_fresh
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.messaging.letter_kinds import LETTERS

REPORTS = "/api/v1/letters/reports"
_PUT = """
INSERT INTO message_channel (organisation_id, channel, settings, sealed, report_digest, problem, revision, changed_at,
changed_by) VALUES (:o, :channel, :settings, :sealed, NULL, '', :revision, :now, :by)
ON CONFLICT (organisation_id, channel) DO UPDATE SET settings = excluded.settings, sealed = excluded.sealed,
problem = '', revision = excluded.revision, changed_at = excluded.changed_at, changed_by = excluded.changed_by
"""
_REPORT = "UPDATE message_channel SET report_digest = :digest WHERE organisation_id = :o AND channel = :channel"
_DIGEST = "SELECT report_digest FROM message_channel WHERE organisation_id = :o AND channel = :channel"
_RECEIVER = "SELECT email, phone FROM person WHERE organisation_id = :o AND id = :p"
_TOKEN_BYTES = 24
_TESTS_APART_SECONDS = 20


def digest_of(token: str) -> str:
    """Return what is kept of the secret part of a callback's path."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_report_path(db: Db, organisation_id: str, token: str) -> bool:
    """Tell whether a callback's path is the one that this institute gave its provider."""
    row = db.one(_DIGEST, o=organisation_id, channel=str(Channel.SMS))
    known = str(row[0]) if row and row[0] else "-"
    return hmac.compare_digest(known.encode(), digest_of(token).encode())


class WayBook:
    """Reads and changes an institute's ways; each change is noted in the log of changes."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def shown(self, db: Db, organisation_id: str, channel: Channel) -> dict[str, Any]:
        """Return a way without its secret; `uses` is "own", "server" or "log"."""
        kept = kept_for(db, organisation_id, channel)
        return {
            "channel": str(channel),
            "uses": way_of(self._context, db, organisation_id, channel).whose,
            "settings": kept.settings,
            "has_secret": kept.sealed is not None,
            "problem": kept.problem,
            "revision": kept.revision or None,
            "changed_at": kept.changed_at or None,
            "has_report_path": kept.has_report_path,
        }

    def put(
        self, known: CurrentSignIn, channel: Channel, settings: dict[str, Any], secret: str | None
    ) -> dict[str, Any]:
        """Keep an account of the institute's own, or with empty `settings` use the server's.

        Without `secret` the kept one stays, unless the host changed: it belongs to the old one alone. Raises
        CampusError `way_faulty`, `secret_needed` or `fresh_sign_in_needed`. What waited goes on.
        """
        checked = _checked(channel, settings) if settings else {}
        return self._context.database.write(lambda db: self._put(db, known, channel, checked, secret))

    def _put(
        self, db: Db, known: CurrentSignIn, channel: Channel, settings: dict[str, Any], secret: str | None
    ) -> dict[str, Any]:
        now, organisation_id = self._context.clock.now(), known.actor.organisation_id
        need_fresh(db, known, now)
        kept = kept_for(db, organisation_id, channel)
        sealed = self._sealed(organisation_id, channel, settings, secret, kept.settings, kept.sealed)
        db.run(
            _PUT,
            o=organisation_id,
            channel=str(channel),
            settings=orjson.dumps(settings).decode(),
            sealed=sealed,
            revision=self._context.new_id(),
            now=instant_text(now),
            by=known.actor.person_id,
        )
        delivery_book.let_go_on(db, organisation_id, channel, "way_stopped", now)
        what = {
            "what": "letters_set_up",
            "channel": str(channel),
            "before": kept.settings,
            "after": settings,
            "new_secret": bool(secret),
        }
        noted(self._context, db, known, what)
        return self.shown(db, organisation_id, channel)

    def _sealed(
        self,
        organisation_id: str,
        channel: Channel,
        settings: dict[str, Any],
        secret: str | None,
        before: dict[str, Any],
        sealed: str | None,
    ) -> str | None:
        if not settings:
            return None
        if secret:
            return self._context.keys.sealed(secret.encode(), PLACE, organisation_id, channel)
        same = all(settings.get(name) == before.get(name) for name in ("host", "username"))
        if not same or sealed is None:
            if channel is Channel.MAIL and not settings.get("username"):
                return None
            raise CampusError("secret_needed", text("Enter the password or key that belongs to this account."))
        return sealed

    def new_report_path(self, known: CurrentSignIn) -> dict[str, str]:
        """Return a new path for the provider's reports, shown this once; the one before is good no longer."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        self._context.database.write(lambda db: self._new_path(db, known, token))
        organisation_id = known.actor.organisation_id
        return {
            "deliveries": f"{REPORTS}/{organisation_id}/{token}/delivery",
            "opt_outs": f"{REPORTS}/{organisation_id}/{token}/opt-out",
        }

    def _new_path(self, db: Db, known: CurrentSignIn, token: str) -> None:
        organisation_id = known.actor.organisation_id
        need_fresh(db, known, self._context.clock.now())
        place = {"o": organisation_id, "channel": str(Channel.SMS)}
        if not db.run(_REPORT, digest=digest_of(token), **place):
            message = text("Set the SMS account up first.")
            raise CampusError("way_missing", message)
        noted(self._context, db, known, {"what": "report_path_made", "channel": "sms"})

    def send_test(self, known: CurrentSignIn, channel: Channel, template: str, values: dict[str, str]) -> str:
        """Send a letter to the person who asks and return its id; asked again within 20 seconds it is the same one.

        Raises CampusError `address_missing`.
        """
        return self._context.database.write(lambda db: self._test(db, known, channel, template, values))

    def tested(self, db: Db, known: CurrentSignIn, delivery_id: str) -> dict[str, Any]:
        """Return what became of the asking person's own test; raises CampusError `delivery_unknown`."""
        found = one_of(db, known.actor.organisation_id, delivery_id)
        if found["person_id"] != known.actor.person_id:
            raise CampusError("delivery_unknown", text("This letter isn't there any more."))
        return {name: found[name] for name in ("id", "channel", "state", "code", "reason", "address")}

    def _test(self, db: Db, known: CurrentSignIn, channel: Channel, template: str, values: dict[str, str]) -> str:
        actor = known.actor
        row = db.one(_RECEIVER, o=actor.organisation_id, p=actor.person_id) or (None, None)
        if not (row[0] if channel is Channel.MAIL else row[1]):
            message = text("A test goes to yourself. Add your mail address or phone number to your profile first.")
            raise CampusError("address_missing", message)
        turn = int(self._context.clock.now().timestamp()) // _TESTS_APART_SECONDS
        kind = LETTERS[template]
        letter = Letter(
            actor.organisation_id,
            channel,
            template,
            f"test:{template}:{actor.person_id}:{turn}",
            actor.person_id,
            values={name: value for name, value in values.items() if name in kind.values},
            secrets={name: value for name, value in values.items() if name in kind.secrets},
            urgent=True,
        )
        self._context.post(db, letter)
        return delivery_id_of(db, letter)


def _checked(channel: Channel, settings: dict[str, Any]) -> dict[str, Any]:
    try:
        return OWN_SETTINGS[channel].model_validate(settings).model_dump()
    except ValidationError as failure:
        faults = {".".join(map(str, one["loc"])): one["msg"] for one in failure.errors()}
        names = ", ".join(sorted(faults))
        message = text("These settings can't be used: {names}.", names=names)
        raise CampusError("way_faulty", message, {"faults": faults}) from None
