"""Lost computers: marked by the office, undone while not heard of, told at their next contact to wipe themselves."""

from collections.abc import Sequence
from typing import Any

import orjson

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.isolation import acting_for
from server.core.sql import SetSql
from server.people.device_proof import is_signed, proven_device
from server.people.security_log import SecurityEvent, put_event
from server.people.sign_in_ends import Ending, end_on_device
from shared.core.clock import instant_text
from shared.core.computers import Contact, signed_here, signed_orders
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.security import EndReason, SecurityKind
from shared.people.vocabulary import Permission

_NAMES = ("id", "name", "state", "registered_at", "last_seen_at", "computer_id", "computer_name", "loss")
_LOSS_NAMES = ("marked_at", "reason", "met_at", "delivered_at", "wiped_at")
_DEVICES = f"""
SELECT d.id, d.name, d.state, d.registered_at, d.last_seen_at, cd.computer_id, c.name,
{", ".join(f"l.{name}" for name in _LOSS_NAMES)} FROM device d
LEFT JOIN computer_device cd ON cd.organisation_id = d.organisation_id AND cd.device_id = d.id
LEFT JOIN computer c ON c.organisation_id = d.organisation_id AND c.id = cd.computer_id
LEFT JOIN device_loss l ON l.organisation_id = d.organisation_id AND l.device_id = d.id AND l.withdrawn_at IS NULL
WHERE d.organisation_id = :o AND d.person_id = :p ORDER BY d.last_seen_at DESC, d.id LIMIT 100
"""  # noqa: S608 - our own column names
_ON_COMPUTER = """
SELECT d.id FROM computer_device cd JOIN device d ON d.organisation_id = cd.organisation_id AND d.id = cd.device_id
WHERE cd.organisation_id = :o AND cd.computer_id = :id ORDER BY d.id
"""
_ONE = "SELECT id, person_id, name, state FROM device WHERE organisation_id = :o AND id = :id"
_STATE = "UPDATE device SET state = :state WHERE organisation_id = :o AND id = :id"
_MARK = """
INSERT INTO device_loss (organisation_id, id, device_id, reason, marked_by, marked_at)
VALUES (:o, :id, :device_id, :reason, :by, :now)
"""
_OPEN = """
SELECT id, met_at FROM device_loss WHERE organisation_id = :o AND device_id = :id AND withdrawn_at IS NULL
ORDER BY marked_at DESC LIMIT 1
"""
_WITHDRAW = """
UPDATE device_loss SET withdrawn_at = :now, withdrawn_by = :by
WHERE organisation_id = :o AND id = :id AND met_at IS NULL
"""
_MET = "UPDATE device_loss SET met_at = :now WHERE organisation_id = :o AND id = :id AND met_at IS NULL"
_WIPED = """
UPDATE device_loss SET wiped_at = :now, delivered_at = CASE WHEN :delivered = 1 THEN :now ELSE delivered_at END
WHERE organisation_id = :o AND id = :id AND wiped_at IS NULL RETURNING device_id
"""
_KEYS = SetSql(
    "SELECT d.id, d.public_key, d.state FROM {ids} i {by} device d ON d.id = i.id WHERE d.organisation_id = :o"
)
_HERE = """
INSERT INTO computer_device (organisation_id, device_id, computer_id, seen_at) VALUES (:o, :id, :computer_id, :now)
ON CONFLICT (organisation_id, device_id) DO UPDATE SET computer_id = excluded.computer_id, seen_at = excluded.seen_at
"""
LOST, ACTIVE = "lost", "active"
Shown = dict[str, Any]


class Losses:
    """Marks devices, and hands out the orders that wipe them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def devices_of(self, known: CurrentSignIn, person_id: str) -> list[Shown]:
        """Return a person's devices, `loss` filled where one is marked. Raises CampusError `not_allowed`."""
        if person_id != known.actor.person_id and not known.actor.may(Permission.SECURITY_SEE):
            raise CampusError("not_allowed", text("Your role doesn't see others' computers. Ask an administrator."))
        with self._context.database.read() as db:
            rows = db.rows(_DEVICES, o=known.actor.organisation_id, p=person_id)
        return [
            {
                **dict(zip(_NAMES[:-1], row[:7], strict=True)),
                "loss": dict(zip(_LOSS_NAMES, row[7:], strict=True)) if row[7] else None,
            }
            for row in rows
        ]

    def mark(self, known: CurrentSignIn, reason: str, *, device_id: str = "", computer_id: str = "") -> list[str]:
        """Mark one device, or all on a computer, as lost; their sign-ins end at once. Returns the devices' ids.

        Raises CampusError `not_allowed` or `not_found`.
        """
        self._check(known)

        def work(db: Db) -> list[str]:
            found = [device_id] if device_id else self._on(db, known, computer_id)
            return [one for one in found if self._mark(db, known, one, reason)]

        marked = self._context.database.write(work)
        if not marked:
            raise CampusError("not_found", text("No such computer is known here, or it is marked already."))
        return marked

    def withdraw(self, known: CurrentSignIn, *, device_id: str = "", computer_id: str = "") -> list[str]:
        """Undo a mark while the computer hasn't been heard of since. Raises CampusError `not_allowed`, `device_met`."""
        self._check(known)

        def work(db: Db) -> list[str]:
            found = [device_id] if device_id else self._on(db, known, computer_id)
            return [one for one in found if self._withdraw(db, known, one)]

        done = self._context.database.write(work)
        if not done:
            raise CampusError(
                "device_met", text("This computer was told already, or isn't marked as lost. It can't be undone.")
            )
        return done

    def meet(self, organisation_id: str, contact: Contact) -> list[Shown]:
        """Note which devices are on a computer, each proven by its own key; returns orders for those that are lost."""
        ids = orjson.dumps([one.device_id for one in contact.devices]).decode()
        now = instant_text(self._context.clock.now())

        def work(db: Db) -> list[Shown]:
            keys = {row[0]: row for row in db.rows(_KEYS, o=organisation_id, ids=ids)} if contact.devices else {}
            orders = []
            for one in contact.devices:
                row = keys.get(one.device_id)
                if row is None or not is_signed(row[1], one.signature, signed_here(contact.computer_id, one.device_id)):
                    continue
                db.run(_HERE, o=organisation_id, id=one.device_id, computer_id=contact.computer_id, now=now)
                if row[2] == LOST:
                    orders += self._order(db, organisation_id, one.device_id, now)
            return orders

        return self._context.database.write(work)

    def orders(self, device_id: str, timestamp: str, signature: str) -> list[Shown]:
        """Return what a device that asks must do: one order where it is lost. Raises CampusError `device_unproven`."""
        content = signed_orders(device_id, timestamp)
        known = proven_device(self._context.database, device_id, signature, content)
        if known is None:
            raise CampusError("device_unproven", text("This computer isn't known here."))
        now = instant_text(self._context.clock.now())

        def work(db: Db) -> list[Shown]:
            row = db.one(_ONE, o=known.organisation_id, id=device_id)
            return self._order(db, known.organisation_id, device_id, now) if row and row[3] == LOST else []

        return self._context.database.write(work)

    def wiped(self, order: str, *, delivered: bool) -> None:
        """Note that a device has obeyed its order. Raises CampusError `order_invalid`."""
        claims = self._context.tokens.read_wipe_order(order)
        if claims is None:
            raise CampusError("order_invalid", text("This isn't an order of this server."))
        organisation_id, device_id, loss_id = claims
        now = instant_text(self._context.clock.now())

        def work(db: Db) -> None:
            if db.rows(_WIPED, o=organisation_id, id=loss_id, now=now, delivered=int(delivered)):
                self._note(db, organisation_id, SecurityKind.DEVICE_WIPED, device_id, None, {"sent": int(delivered)})

        with acting_for(organisation_id):
            self._context.database.write(work)

    # ---------------------------------------------------------------------------------------------------- inside

    def _order(self, db: Db, organisation_id: str, device_id: str, now: str) -> list[Shown]:
        loss = db.one(_OPEN, o=organisation_id, id=device_id)
        if loss is None:
            return []
        # From here on the mark can't be undone: what is told can't be taken back.
        db.run(_MET, o=organisation_id, id=loss[0], now=now)
        order = self._context.tokens.wipe_order(organisation_id, device_id, loss[0])
        return [{"device_id": device_id, "order": order}]

    def _check(self, known: CurrentSignIn) -> None:
        if not known.actor.may(Permission.SECURITY_MANAGE):
            raise CampusError("not_allowed", text("Your role doesn't mark computers as lost. Ask an administrator."))

    @staticmethod
    def _on(db: Db, known: CurrentSignIn, computer_id: str) -> Sequence[str]:
        return [row[0] for row in db.rows(_ON_COMPUTER, o=known.actor.organisation_id, id=computer_id)]

    def _mark(self, db: Db, known: CurrentSignIn, device_id: str, reason: str) -> bool:
        organisation_id, now = known.actor.organisation_id, self._context.clock.now()
        row = db.one(_ONE, o=organisation_id, id=device_id)
        if row is None or row[3] == LOST:
            return False
        db.run(_STATE, o=organisation_id, id=device_id, state=LOST)
        made = {"id": self._context.new_id(), "device_id": device_id, "reason": reason}
        db.run(_MARK, o=organisation_id, by=known.actor.person_id, now=instant_text(now), **made)
        end_on_device(db, organisation_id, device_id, Ending(EndReason.DEVICE_LOST, now, known.actor.person_id))
        self._note(db, organisation_id, SecurityKind.DEVICE_LOST, device_id, known, {"reason": reason})
        return True

    def _withdraw(self, db: Db, known: CurrentSignIn, device_id: str) -> bool:
        organisation_id = known.actor.organisation_id
        loss = db.one(_OPEN, o=organisation_id, id=device_id)
        now = instant_text(self._context.clock.now())
        if loss is None or not db.run(_WITHDRAW, o=organisation_id, id=loss[0], by=known.actor.person_id, now=now):
            return False
        db.run(_STATE, o=organisation_id, id=device_id, state=ACTIVE)
        self._note(db, organisation_id, SecurityKind.DEVICE_FOUND, device_id, known, {})
        return True

    def _note(
        self,
        db: Db,
        organisation_id: str,
        kind: SecurityKind,
        device_id: str,
        known: CurrentSignIn | None,
        details: dict[str, str | int | list[str]],
    ) -> None:
        row = db.one(_ONE, o=organisation_id, id=device_id)
        event = SecurityEvent(
            organisation_id,
            kind,
            row[1] if row else None,
            known.actor.person_id if known else None,
            device_id=device_id,
            address=known.address if known else None,
            user_agent=known.user_agent if known else None,
            details={"device": row[2] if row else "", **details},
        )
        put_event(db, self._context.new_id(), self._context.clock.now(), event)
