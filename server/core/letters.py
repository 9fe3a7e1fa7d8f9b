"""What the server tells people outside the program: an area hands a letter over, and messaging sees to its delivery."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from server.core.database import Db


class Channel(StrEnum):
    """By what way a letter goes."""

    MAIL = "mail"
    SMS = "sms"
    NOTICE = "notice"


@dataclass(frozen=True)
class Letter:
    """One letter to one person or address.

    `template` is a word of the supplied templates, `values` fill its places; `secrets` do so too, and are never kept in
    clear, logged or shown to the office. `key` names what happened: the same key to the same address goes out once,
    ever. `to` is a mail address or a phone number, needed where the person's own isn't meant. `urgent` letters (codes,
    links that run out) go before others and ignore quiet hours.
    """

    organisation_id: str
    channel: Channel
    template: str
    key: str
    person_id: str | None = None
    to: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    urgent: bool = False
    attached: str = ""
    """A paper that goes with a mail: its maker's word, a colon, and what it is about, like `statement:GHS`."""


@dataclass(frozen=True)
class Paper:
    """A PDF that goes with a mail; `name` is that of the file."""

    name: str
    content: bytes


@dataclass(frozen=True)
class PaperWanted:
    """Whose paper is wanted at which instant; `about` is what stands behind the colon.

    `person_id` is empty where the letter goes to an address of nobody here.
    """

    organisation_id: str
    person_id: str
    about: str
    now: str


MakePaper = Callable[[Db, PaperWanted], Callable[[], Paper] | None]
"""Reads what a paper says and returns what draws it, outside of the transaction; None where there is none to send."""

Post = Callable[[Db, Letter], None]
"""Takes a letter in the caller's transaction: it goes out once that is committed, and not at all otherwise."""
