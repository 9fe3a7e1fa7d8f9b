"""What second factors people hold: reading them, adding and removing, and the proof by an authenticator app."""

from dataclasses import dataclass
from datetime import datetime

from server.core.database import Db
from server.core.keys import Keys
from server.core.settings import Settings
from server.people import totp
from shared.core.clock import instant_text
from shared.people.factors import FactorKind

_SEAL = "factor"
_HELD = """
SELECT kind, address, added_at, used_at FROM factor
WHERE organisation_id = :organisation_id AND person_id = :person_id
"""
_ABOUT = """
SELECT (SELECT count(*) FROM recovery_code r WHERE r.organisation_id = :organisation_id
AND r.person_id = :person_id AND r.used_at IS NULL),
(SELECT count(*) FROM person_role pr JOIN role r ON r.organisation_id = pr.organisation_id AND r.key = pr.role_key
WHERE pr.organisation_id = :organisation_id AND pr.person_id = :person_id AND r.needs_factor)
"""
_PUT = """
INSERT INTO factor (organisation_id, person_id, kind, sealed_secret, address, last_step, added_at, used_at)
VALUES (:organisation_id, :person_id, :kind, :sealed_secret, :address, :last_step, :now, NULL)
ON CONFLICT (organisation_id, person_id, kind) DO UPDATE SET sealed_secret = excluded.sealed_secret,
address = excluded.address, last_step = excluded.last_step, added_at = excluded.added_at, used_at = NULL
"""
_REMOVE = "DELETE FROM factor WHERE organisation_id = :organisation_id AND person_id = :person_id AND kind = :kind"
_REMOVE_ALL = "DELETE FROM factor WHERE organisation_id = :organisation_id AND person_id = :person_id"
_APP = """
SELECT sealed_secret FROM factor
WHERE organisation_id = :organisation_id AND person_id = :person_id AND kind = 'app'
"""
# A step counts once, and none before it counts any more: of two callers with one code, one changes the row.
_STEP = """
UPDATE factor SET last_step = :step, used_at = :now
WHERE organisation_id = :organisation_id AND person_id = :person_id AND kind = 'app' AND last_step < :step
"""
_USED = """
UPDATE factor SET used_at = :now
WHERE organisation_id = :organisation_id AND person_id = :person_id AND kind = :kind
"""
_ORDER = list(FactorKind)
_HOLDS = "SELECT 1 FROM factor WHERE organisation_id = :organisation_id AND person_id = :person_id"


@dataclass(frozen=True)
class Held:
    """One factor of a person; `address` is where codes go, None for an app."""

    kind: FactorKind
    address: str | None
    added_at: str
    used_at: str | None


@dataclass(frozen=True)
class Standing:
    """What a person holds, how many recovery codes are left, and whether a role needs a factor."""

    held: tuple[Held, ...]
    recovery_left: int
    required: bool

    @property
    def ways(self) -> tuple[FactorKind, ...]:
        """In which ways the person can prove who it is, the strongest first."""
        kinds = tuple(one.kind for one in self.held)
        return (*kinds, FactorKind.RECOVERY) if kinds and self.recovery_left else kinds

    def address(self, kind: str) -> str | None:
        """Return where codes of a kind go; None where the person has no such factor."""
        return next((one.address for one in self.held if one.kind == kind), None)


def standing_of(db: Db, organisation_id: str, person_id: str) -> Standing:
    """Return what somebody holds, in two small reads."""
    place = {"organisation_id": organisation_id, "person_id": person_id}
    held = [Held(FactorKind(row[0]), *row[1:]) for row in db.rows(_HELD, **place)]
    about = db.one(_ABOUT, **place)
    left, asking = about if about is not None else (0, 0)
    return Standing(tuple(sorted(held, key=lambda one: _ORDER.index(one.kind))), int(left), asking > 0)


def sealed_secret(keys: Keys, secret: bytes, organisation_id: str, person_id: str) -> str:
    """Return an app's secret as it is stored; it opens for this person alone."""
    return keys.sealed(secret, _SEAL, organisation_id, person_id)


def opened_secret(keys: Keys, sealed: str, organisation_id: str, person_id: str) -> bytes:
    """Return an app's secret."""
    return keys.opened(sealed, _SEAL, organisation_id, person_id)


def put_app(db: Db, organisation_id: str, person_id: str, sealed: str, step: int, now: datetime) -> None:
    """Store an app's secret; the code that confirmed it, of `step`, is used up."""
    place = {"organisation_id": organisation_id, "person_id": person_id, "now": instant_text(now)}
    db.run(_PUT, kind="app", sealed_secret=sealed, address=None, last_step=step, **place)


def put_address(db: Db, organisation_id: str, person_id: str, kind: str, address: str, now: datetime) -> None:
    """Store an address that proved to be the person's."""
    place = {"organisation_id": organisation_id, "person_id": person_id, "now": instant_text(now)}
    db.run(_PUT, kind=kind, sealed_secret=None, address=address, last_step=0, **place)


def remove(db: Db, organisation_id: str, person_id: str, kind: str | None = None) -> int:
    """Take one factor away, or all; returns how many there were."""
    if kind is None:
        return db.run(_REMOVE_ALL, organisation_id=organisation_id, person_id=person_id)
    return db.run(_REMOVE, organisation_id=organisation_id, person_id=person_id, kind=kind)


def note_use(db: Db, organisation_id: str, person_id: str, kind: str, now: datetime) -> None:
    """Remember when a factor was used last."""
    db.run(_USED, organisation_id=organisation_id, person_id=person_id, kind=kind, now=instant_text(now))


def passes_app(db: Db, keys: Keys, organisation_id: str, person_id: str, code: str, now: datetime) -> bool:
    """Tell whether a code is the app's at this moment, or one step beside it, and use it up.

    The moment is this server's. A code that was used, or is older than one that was used, is no code any more.
    """
    row = db.one(_APP, organisation_id=organisation_id, person_id=person_id)
    if row is None:
        return False
    secret = opened_secret(keys, row[0], organisation_id, person_id)
    step = totp.matching_step(secret, code, now)
    if step is None:
        return False
    place = {"organisation_id": organisation_id, "person_id": person_id}
    return db.run(_STEP, step=step, now=instant_text(now), **place) == 1


def shortest_password(db: Db, settings: Settings, organisation_id: str, person_id: str | None = None) -> int:
    """Return how many characters a password needs: fewer where a second factor stands beside it."""
    holds = person_id is not None and db.one(_HOLDS, organisation_id=organisation_id, person_id=person_id) is not None
    return shortest(settings, with_factor=holds)


def shortest(settings: Settings, *, with_factor: bool) -> int:
    """Return how many characters the password of somebody with or without a second factor needs."""
    usual = settings.password_min_length
    return min(usual, settings.password_min_length_with_factor) if with_factor else usual
