"""Where codes may be sent to somebody: the mail address and the phone number that the institute keeps."""

from server.core.database import Db
from shared.people.factors import FactorKind

_ADDRESSES = """
SELECT p.email, p.phone, o.calling_code FROM person p JOIN organisation o ON o.id = p.organisation_id
WHERE p.organisation_id = :organisation_id AND p.id = :person_id
"""


def own_addresses(db: Db, organisation_id: str, person_id: str) -> dict[FactorKind, str]:
    """Return a person's mail address and number as all networks know it, as far as they are there and sound."""
    row = db.one(_ADDRESSES, organisation_id=organisation_id, person_id=person_id)
    if row is None:
        return {}
    known = {FactorKind.MAIL: row[0], FactorKind.SMS: _international(row[1], row[2]) if row[1] else None}
    return {kind: address for kind, address in known.items() if address}


def _international(given: str, calling_code: str) -> str | None:
    import phonenumbers

    region = phonenumbers.region_code_for_country_code(int(calling_code)) if calling_code.isdigit() else "ZZ"
    try:
        number = phonenumbers.parse(given, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
