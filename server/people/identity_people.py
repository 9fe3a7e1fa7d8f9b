"""Which person a provider's word lets in: one linked, one whose verified address it is, or one who was invited.

Nobody becomes staff by a provider's word: an invited one was chosen by staff, with the roles that they chose.
"""

import orjson

from server.core.context import Context
from server.core.database import Db
from server.people import identity_store, registration_store
from server.people.entry_people import add_person, holder_of
from server.people.identity_store import ProviderRow
from server.people.identity_tokens import Identity
from server.people.reset_service import note
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.core.text import text
from shared.people.entry_rules import RegistrationPolicy
from shared.people.rules import field_error, fold
from shared.people.vocabulary import Role

_ROLES = "SELECT roles FROM person WHERE organisation_id = :o AND id = :p"
_INVITED = """
SELECT id, email, given_name, family_name, roles FROM invitation
WHERE organisation_id = :o AND email_folded = :folded AND state = 'open' AND expires_at > :now
"""
_ACCEPT = """
UPDATE invitation SET state = 'accepted', settled_at = :now, person_id = :p
WHERE organisation_id = :o AND id = :id AND state = 'open'
"""


def person_for(context: Context, db: Db, organisation_id: str, provider: ProviderRow, identity: Identity) -> str:
    """Return the person, linked from now on. Raises CampusError `identity_unlinked` where it is nobody's identity."""
    linked = identity_store.linked_person(db, organisation_id, provider.id, identity.subject)
    if linked is not None:
        return linked
    if not identity.email or field_error("email", identity.email) or not provider.knows_domain(identity.email):
        raise _unlinked()
    person_id = _by_address(db, organisation_id, provider, identity)
    person_id = person_id or _invited(context, db, organisation_id, identity)
    person_id = person_id or _student(context, db, organisation_id, provider, identity)
    now = instant_text(context.clock.now())
    if person_id is None or not identity_store.link(
        db, organisation_id, provider.id, person_id, identity.subject, identity.email, now
    ):
        raise _unlinked()
    note(context, db, organisation_id, person_id, "identity_linked", provider_id=provider.id)
    return person_id


def _by_address(db: Db, organisation_id: str, provider: ProviderRow, identity: Identity) -> str | None:
    holder = holder_of(db, organisation_id, "email", identity.email)
    if holder is None:
        return None
    row = db.one(_ROLES, o=organisation_id, p=holder)
    is_student = row is not None and set(orjson.loads(row[0])) <= {Role.STUDENT}
    # Staff are found by their address only where the provider is the institute's own, for its own domains.
    if not provider.link_by_email or not (is_student or provider.domains):
        raise _unlinked()
    return holder


def _invited(context: Context, db: Db, organisation_id: str, identity: Identity) -> str | None:
    now = instant_text(context.clock.now())
    row = db.one(_INVITED, o=organisation_id, folded=fold(identity.email), now=now)
    if row is None:
        return None
    fields = dict(zip(("email", "given_name", "family_name"), row[1:4], strict=True))
    person_id = add_person(context, db, organisation_id, row[0], fields, orjson.loads(row[4]))
    db.run(_ACCEPT, o=organisation_id, id=row[0], p=person_id, now=now)
    return person_id


def _student(context: Context, db: Db, organisation_id: str, provider: ProviderRow, identity: Identity) -> str | None:
    if not provider.make_students or registration_store.policy_of(db, organisation_id) is not RegistrationPolicy.ON:
        return None
    fields = {
        "email": identity.email,
        "given_name": identity.given_name or identity.email.partition("@")[0][:100],
        "family_name": identity.family_name,
    }
    key = derived_id("identity", organisation_id, provider.id, identity.subject)
    return add_person(context, db, organisation_id, key, fields, [Role.STUDENT])


def _unlinked() -> CampusError:
    message = text(
        "Nobody here is linked with this identity. Sign in with your password and link it under My account, or ask the"
        " office."
    )
    return CampusError("identity_unlinked", message)
