"""By what way an institute's mail and SMS go: its own account, the server's, or none, where letters are only logged."""

from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson
from pydantic import ConfigDict, Field, field_validator

from server.core.context import Context
from server.core.database import Db
from server.core.letters import Channel
from server.core.settings import Settings
from server.messaging.addresses import mail_address
from server.messaging.mail_sending import MailWay
from server.messaging.sms_sending import SmsWay
from shared.core.strict import StrictModel

PLACE = "message_channel"
_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?"
_LINE = r"[^\x00-\x1f\x7f-\x9f]*"
_READ = (
    "SELECT settings, sealed, problem, revision, changed_at, report_digest FROM message_channel"
    " WHERE organisation_id = :o AND channel = :channel"
)
_COST_PLACES = 10_000
_SANDBOX = "sandbox"


class MailSettings(StrictModel):
    """An institute's own mail account, without its password. 465 speaks TLS at once, 587 after a greeting."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(pattern=f"^{_HOST}$", max_length=253)
    port: Literal[465, 587, 2465, 2587] = 587
    username: str = Field(default="", max_length=254, pattern=f"^{_LINE}$")
    sender: str = Field(max_length=254)
    sender_name: str = Field(default="", max_length=100, pattern=f"^{_LINE}$")
    per_day: int = Field(default=2_000, ge=0, le=1_000_000)

    @field_validator("sender")
    @classmethod
    def _is_address(cls, given: str) -> str:
        address = mail_address(given)
        if address is None:
            message = "this is no mail address"
            raise ValueError(message)
        return address


class SmsSettings(StrictModel):
    """An institute's own account at the SMS provider, without its key. `cost_per_day` is in whole units of money."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    username: str = Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9._-]+$")
    sender: str = Field(default="", max_length=15, pattern=r"^[A-Za-z0-9 ._-]*$")
    interface: Literal["legacy", "bulk"] = "legacy"
    per_day: int = Field(default=500, ge=0, le=1_000_000)
    cost_per_day: int = Field(default=100, ge=0, le=1_000_000)


OWN_SETTINGS: dict[Channel, type[MailSettings] | type[SmsSettings]] = {
    Channel.MAIL: MailSettings,
    Channel.SMS: SmsSettings,
}


@dataclass(frozen=True)
class Way:
    """How letters of one channel go at present.

    `whose` is "own", "server" or "log". `problem` is why nothing goes until someone puts it right. `cost_per_day` is in
    ten-thousandths.
    """

    whose: str
    per_day: int = 0
    cost_per_day: int = 0
    problem: str = ""
    mail: MailWay | None = None
    sms: SmsWay | None = None

    @property
    def provider(self) -> str:
        """The word under which deliveries remember it."""
        if self.whose == "log":
            return "log"
        return "smtp" if self.mail is not None else "africastalking"


@dataclass(frozen=True)
class Kept:
    """What an institute keeps for a channel; `settings` is empty where it uses the server's account."""

    settings: dict[str, Any]
    sealed: str | None = None
    problem: str = ""
    revision: str = ""
    changed_at: str = ""
    has_report_path: bool = False


def kept_for(db: Db, organisation_id: str, channel: Channel) -> Kept:
    """Return what an institute keeps for a channel."""
    row = db.one(_READ, o=organisation_id, channel=str(channel))
    if row is None:
        return Kept({})
    return Kept(orjson.loads(row[0]), row[1], str(row[2]), str(row[3]), str(row[4]), row[5] is not None)


def way_of(context: Context, db: Db, organisation_id: str, channel: Channel) -> Way:
    """Return the present way of a channel; raises CampusError `seal_broken` where its secret can't be opened."""
    kept = kept_for(db, organisation_id, channel)
    if not kept.settings:
        return replace(_servers(context.settings, channel), problem=kept.problem)
    secret = context.keys.opened(kept.sealed, PLACE, organisation_id, channel).decode() if kept.sealed else ""
    given = OWN_SETTINGS[channel].model_validate(kept.settings)
    if isinstance(given, MailSettings):
        return _own_mail(context.settings, given, secret, kept.problem)
    return _own_sms(context.settings, given, secret, kept.problem)


def _own_mail(settings: Settings, given: MailSettings, secret: str, problem: str) -> Way:
    way = MailWay(
        host=given.host,
        port=given.port,
        security="tls" if given.port in {465, 2465} else "starttls",
        sender=given.sender,
        sender_name=given.sender_name,
        username=given.username,
        password=secret,
        anywhere=given.host.lower() in {host.lower() for host in settings.mail_hosts},
        ca_file=settings.mail_ca_file,
    )
    return Way("own", min(given.per_day, settings.mail_per_day), problem=problem, mail=way)


def _own_sms(settings: Settings, given: SmsSettings, secret: str, problem: str) -> Way:
    sandbox = given.username == _SANDBOX
    way = SmsWay(
        base=settings.sms_sandbox_base_url if sandbox else settings.sms_base_url,
        username=given.username,
        key=secret,
        sender=given.sender,
        # The sandbox knows the older of the two interfaces alone.
        interface="legacy" if sandbox else given.interface,
        ca_file=settings.sms_ca_file,
    )
    cost = min(given.cost_per_day, settings.sms_cost_per_day) * _COST_PLACES
    return Way("own", min(given.per_day, settings.sms_per_day), cost, problem, sms=way)


def _servers(settings: Settings, channel: Channel) -> Way:
    """Return the server's own account, or the way that only logs."""
    if channel is Channel.MAIL and settings.mail_host and settings.mail_sender:
        mail = MailWay(
            host=settings.mail_host,
            port=settings.mail_port,
            security=settings.mail_security,
            sender=settings.mail_sender,
            sender_name=settings.mail_sender_name,
            username=settings.mail_username,
            password=settings.mail_password.get_secret_value() if settings.mail_password else "",
            anywhere=True,
            ca_file=settings.mail_ca_file,
        )
        return Way("server", settings.mail_per_day, mail=mail)
    if channel is Channel.SMS and settings.sms_username and settings.sms_api_key:
        given = SmsSettings(
            username=settings.sms_username,
            sender=settings.sms_sender,
            interface=settings.sms_interface,
            per_day=settings.sms_per_day,
            cost_per_day=settings.sms_cost_per_day,
        )
        return replace(_own_sms(settings, given, settings.sms_api_key.get_secret_value(), ""), whose="server")
    return Way("log")
