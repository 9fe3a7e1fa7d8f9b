"""The sample's people who come in: two students who registered and wait, and an invitation under way."""

from datetime import datetime, timedelta
from typing import Any

import orjson

from server.core.database import Database, Db
from server.core.isolation import acting_for
from server.people import registration_store
from shared.core.clock import instant_text
from shared.core.ids import derived_id
from shared.people.entry_rules import RegistrationPolicy, RegistrationState
from shared.people.rules import fold
from shared.people.vocabulary import Role

_WAITING: tuple[dict[str, Any], ...] = (
    {"given_name": "Efua", "family_name": "Addo", "username": "efua.addo", "study_time": "evening",
     "interests": ["sound", "editing"], "experience": "beginner"},
    {"given_name": "Kwabena", "family_name": "Asiedu", "username": "kwabena.asiedu", "study_time": "morning",
     "interests": ["photography"], "experience": "intermediate"},
)  # fmt: skip
_NOBODYS = "$2b$04$tszFegRMBGORiJcjM0MfHu0MWzs4zhjKcVuDiNDFfjP3siibksgSK"
"""Of random letters that nobody kept."""
_INVITE = """
INSERT INTO invitation (organisation_id, id, email, email_folded, given_name, family_name, roles, state, digest, sends,
invited_by, person_id, made_at, expires_at, settled_at) VALUES (:o, :id, :email, :folded, :given_name, :family_name,
:roles, 'open', :digest, 1, :by, NULL, :now, :expires, NULL) ON CONFLICT DO NOTHING
"""


def put_coming_in(database: Database, organisation_id: str, inviter_id: str, now: datetime) -> None:
    """Put them into the sample institute; their passwords and codes open nothing."""
    with acting_for(organisation_id):
        database.write(lambda db: _put(db, organisation_id, inviter_id, now))


def _put(db: Db, organisation_id: str, inviter_id: str, now: datetime) -> None:
    registration_store.set_policy(db, organisation_id, RegistrationPolicy.APPROVAL, instant_text(now))
    for at, one in enumerate(_WAITING):
        _register(db, organisation_id, one, now - timedelta(hours=3 + at))
    email = "adwoa.sarpong@example.org"
    db.run(_INVITE, o=organisation_id, id=derived_id("sample-invitation", organisation_id), email=email,
           folded=fold(email), given_name="Adwoa", family_name="Sarpong",
           roles=orjson.dumps([str(Role.INSTRUCTOR)]).decode(), digest=derived_id("sample-invited", organisation_id),
           by=inviter_id, now=instant_text(now), expires=instant_text(now + timedelta(days=7)))  # fmt: skip


def _register(db: Db, organisation_id: str, one: dict[str, Any], at: datetime) -> None:
    registration_id = derived_id("sample-registration", organisation_id, one["username"])
    email = f"{one['username']}@example.org"
    values = {
        **one,
        "interests": orjson.dumps(one["interests"]).decode(),
        "id": registration_id,
        "email": email,
        "folded": fold(email),
        "role": str(Role.STUDENT),
        "code": "",
        "hash": _NOBODYS,
        "digest": "",
        "now": instant_text(at),
        "expires": instant_text(at + timedelta(days=1)),
    }
    registration_store.put(db, organisation_id, values)
    known = registration_store.read(db, organisation_id, registration_id)
    if known is not None:
        registration_store.move(db, organisation_id, known, RegistrationState.WAITING, instant_text(at))
