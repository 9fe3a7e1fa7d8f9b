"""Sends reminders of payments: mail, SMS and notices, once each, and nothing to whoever paid meanwhile."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from server.core import feeds
from server.core.area import Job
from server.core.batch import Batch
from server.core.context import Context
from server.core.entities import Body
from server.core.letters import Channel, Letter
from server.finance.ground import day_of, ledgers_of
from server.finance.overdue_kinds import REMINDER_KIND
from server.finance.overdue_service import PAID, SENT, WAITING, Aim, Look, looked_at, policy_of
from server.finance.statement_letters import STATEMENT
from server.messaging.service import NewNotice, notify
from server.people.own_work import work_where_some
from shared.core.money import money_text
from shared.core.text import text
from shared.finance.overdue_rules import Part
from shared.learning.holds import day_of as day_words
from shared.messaging.vocabulary import NoticeCategory, NoticePriority

EVERY_SECONDS = 20.0
_SOME = 50
_WAITING = f"""
SELECT {REMINDER_KIND.selected()} FROM payment_reminder t
WHERE t.organisation_id = :o AND t.state = '{WAITING}' ORDER BY t.id LIMIT {_SOME}
"""  # noqa: S608 - our own names
_GUARDIANS = "SELECT guardians FROM private_profile WHERE organisation_id = :o AND person_id = :p"


def post_reminders(context: Context) -> int:
    """Hand over every reminder that waits; returns how many."""
    return work_where_some(context, _WAITING, _post)


def _post(context: Context, batch: Batch) -> int:
    db, organisation_id = batch.db, batch.organisation_id
    rows = [REMINDER_KIND.body_of(row) for row in db.rows(_WAITING, o=organisation_id)]
    people = sorted({one["person_id"] for one in rows})
    aim = Aim(day_of(batch, batch.now), policy_of(db, organisation_id), lay=False, remind=False)
    ledgers = ledgers_of(batch, people)
    looks = {look.person_id: look for look in looked_at(db, organisation_id, ledgers, people, aim)}
    revision = batch.new_id()
    written = []
    for one in rows:
        parts = _still_owed(one, looks[one["person_id"]])
        if parts:
            _send(context, batch, one, parts, aim)
        written.append({**one, "state": SENT if parts else PAID, "revision": revision})
    REMINDER_KIND.update(batch, written)
    if written:
        context.door.followed(batch)
        feeds.write(batch, [], "payment reminders")
    return len(written)


def _still_owed(reminder: Body, look: Look) -> list[Part]:
    """Return what of a reminder is still open now."""
    told = {(one["entry_id"], one["due_on"]) for one in reminder["items"]}
    return [one for one in look.parts.get(reminder["currency"], ()) if (one.entry_id, one.due_on) in told]


def _values(reminder: Body, parts: list[Part]) -> dict[str, str]:
    currency = reminder["currency"]
    lines = [
        text("{what}: {amount}, due {day}", what=one.what, amount=money_text(one.amount, currency), day=_day(one))
        for one in parts
    ]
    days = [one.due_on for one in parts if one.due_on]
    return {
        "amount": money_text(sum(one.amount for one in parts), currency),
        "items": "\n".join(lines),
        "due_on": day_words(min(days)) if days else text("now"),
    }


def _day(part: Part) -> str:
    return day_words(part.due_on) if part.due_on else text("now")


def _send(context: Context, batch: Batch, reminder: Body, parts: list[Part], aim: Aim) -> None:
    values = _values(reminder, parts)
    key = f"reminder:{reminder['id']}"
    person_id, channels = reminder["person_id"], set(reminder["channels"])
    attached = f"{STATEMENT}:{reminder['currency']}" if aim.policy["statement"] else ""
    for channel in (Channel.MAIL, Channel.SMS):
        if str(channel) in channels:
            letter = Letter(
                batch.organisation_id, channel, reminder["kind"], key, person_id, values=values,
                attached=attached if channel is Channel.MAIL else "",
            )  # fmt: skip
            context.post(batch.db, letter)
            if reminder["contacts"]:
                _to_contacts(context, batch, letter)
    if str(Channel.NOTICE) in channels:
        notify(batch, [_notice(reminder, values, late=any(one.days_late(aim.today) > 0 for one in parts))])


def _to_contacts(context: Context, batch: Batch, letter: Letter) -> None:
    """Send the same to those whom the student named to be told; the statement to those who may see the fees."""
    row = batch.db.one(_GUARDIANS, o=batch.organisation_id, p=letter.person_id)
    for one in json.loads(row[0] or "[]") if row else ():
        address = one.get("email" if letter.channel is Channel.MAIL else "phone")
        if one.get("told") and address:
            context.post(batch.db, replace(letter, to=address, attached=letter.attached if one.get("account") else ""))


def _notice(reminder: Body, values: Mapping[str, Any], *, late: bool) -> NewNotice:
    title = text("{amount} is overdue", **values) if late else text("{amount} is due on {due_on}", **values)
    return NewNotice(
        reminder["person_id"],
        ("payment_reminder", reminder["id"]),
        title,
        values["items"],
        category=NoticeCategory.PAYMENT,
        priority=NoticePriority.HIGH if late else NoticePriority.MEDIUM,
    )


JOB = Job("payment reminders", EVERY_SECONDS, post_reminders)
