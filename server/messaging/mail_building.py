"""Builds a mail from plain text: headers that nothing can be put into, the text, our own HTML of it, and a paper."""

import html
import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from server.core.letters import Paper

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINK = re.compile(r"https://[^\s<>\"']+")
_LONGEST_LINE = 300


@dataclass(frozen=True)
class Mail:
    """One mail before it is built. `id` stays the same over attempts, so that a reader's program sees one mail."""

    id: str
    sender: str
    sender_name: str
    receiver: str
    subject: str
    text: str
    at: datetime
    paper: Paper | None = None


def plain_line(given: str) -> str:
    """Return a text as one line without control characters, fit for a header."""
    return _CONTROL.sub(" ", given).strip()[:_LONGEST_LINE]


def built(mail: Mail) -> EmailMessage:
    """Return the mail as text and HTML; raises ValueError where an address can't stand in a header."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(plain_line(mail.sender_name), addr_spec=mail.sender)
    message["To"] = Address(addr_spec=mail.receiver)
    message["Subject"] = plain_line(mail.subject)
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = f"<{mail.id}@{mail.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    text = _NOT_IN_TEXT.sub("", mail.text)
    message.set_content(text + "\n", cte="quoted-printable")
    message.add_alternative(as_html(text, plain_line(mail.subject)), subtype="html", cte="quoted-printable")
    if mail.paper is not None:
        message.add_attachment(mail.paper.content, "application", "pdf", filename=mail.paper.name)
    return message


def as_html(text: str, title: str) -> str:
    """Return plain text as a small page: everything in it is escaped, only https addresses become links."""
    paragraphs = "\n".join(f"<p>{_paragraph(one)}</p>" for one in text.split("\n\n") if one.strip())
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
        f"<title>{html.escape(title)}</title></head>\n"
        f'<body style="font-family: sans-serif; max-width: 36em">\n{paragraphs}\n</body></html>\n'
    )


def _paragraph(text: str) -> str:
    parts, reached = [], 0
    for found in _LINK.finditer(text):
        link = html.escape(found[0].rstrip(".,;:)"), quote=True)
        parts += [html.escape(text[reached : found.start()]), f'<a href="{link}">{link}</a>']
        reached = found.start() + len(found[0].rstrip(".,;:)"))
    parts.append(html.escape(text[reached:]))
    return "".join(parts).replace("\n", "<br>\n")
