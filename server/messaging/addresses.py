"""Where a letter goes: a mail address that can stand in a header, or a phone number as all networks know it."""

import re
from functools import cache

_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_LONGEST_MAIL = 254
_LONGEST_PHONE = 40


def mail_address(given: str) -> str | None:
    """Return a plain mail address, or None; control characters, lists and names in it are refused."""
    address = given.strip(" ")
    sound = len(address) <= _LONGEST_MAIL and _MAIL.fullmatch(address) and ".." not in address
    return address if sound else None


def phone_number(given: str, calling_code: str) -> str | None:
    """Return a number as `+233241234567`, or None; one without a country is taken as of `calling_code`."""
    import phonenumbers

    if len(given) > _LONGEST_PHONE:
        return None
    try:
        number = phonenumbers.parse(given, _region(calling_code))
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@cache
def _region(calling_code: str) -> str:
    import phonenumbers

    return str(phonenumbers.region_code_for_country_code(int(calling_code))) if calling_code.isdigit() else "ZZ"
