"""The limits in docs/operations.md are those of the program."""

import re

from server.core.settings import DEFAULT_LIMITS, Settings
from server.messaging.ways import MailSettings, SmsSettings
from server.people.entry_limits import CODE_SENT, INVITE_SENDER, REGISTER_ADDRESS, RESET_ACCOUNT
from server.people.export_service import MOST_A_DAY
from server.people.fresh_sign_in import MINUTES
from server.people.sent_codes import MOST_TRIES
from tests.architecture.house import ROOT

ROW = re.compile(r"^\| (.+?) \| ([\d,]+) \|", re.MULTILINE)


def _default(name: str) -> int:
    return int(Settings.model_fields[name].default)


def test_each_written_limit_is_the_programs():
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    told = {
        name: int(number.replace(",", ""))
        for name, number in ROW.findall(text.partition("## Limits")[2].partition("\n## ")[0])
    }
    everywhere = next(rule for rule in DEFAULT_LIMITS if rule.path == "/")
    begun = next(rule for rule in DEFAULT_LIMITS if rule.path == "/api/v1/online-payments")
    named = "payments through a gateway that a person begins in 5 minutes (cashiers, bursars, administrators: 300)"
    assert (set(begun.roles.values()), begun.seconds) == ({300}, 300)
    assert told == {
        named: begun.person,
        "requests of a person in 15 minutes": everywhere.person,
        "requests of an address that isn't signed in, in 15 minutes": everywhere.anonymous,
        "SMS of an institute in a day": _default("sms_per_day"),
        "money for SMS of an institute in a day": _default("sms_cost_per_day"),
        "mails of an institute in a day": _default("mail_per_day"),
        "codes sent to a person in an hour": CODE_SENT.most,
        "tries at a sent code": MOST_TRIES,
        "asks for a new password in an hour": RESET_ACCOUNT.most,
        "registrations from an address in an hour": REGISTER_ADDRESS.most,
        "invitations by a person in an hour": INVITE_SENDER.most,
        "packages of a person's data in a day": MOST_A_DAY,
        "minutes that a confirmed sign-in is fresh": MINUTES,
    }
    assert SmsSettings.model_fields["per_day"].default <= told["SMS of an institute in a day"]
    assert MailSettings.model_fields["per_day"].default <= told["mails of an institute in a day"]
