"""Letters of the sample institute, as they would have come out; nothing of the sample leaves the server."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.core.database import Database, Db
from server.core.isolation import acting_for
from server.demo.plan import SamplePerson, SamplePlan
from shared.core.clock import instant_text
from shared.core.ids import derived_id
from shared.core.text import text

_INSERT = """
INSERT INTO delivery (organisation_id, id, channel, template, person_id, address, urgent, places, sealed, state,
attempts, code, reason, provider, provider_id, parts, cost, currency, made_at, due_at, sent_at, changed_at, lease_until)
VALUES (:o, :id, 'mail', :template, :person_id, :address, false, '{}', NULL, :state, :attempts, :code, :reason,
'smtp', NULL, 0, 0, '', :at, :at, :sent_at, :at, NULL) ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class _SampleLetter:
    """One letter and what became of it, some hours before today began."""

    template: str
    state: str
    hours_ago: float
    code: str = ""
    reason: str = ""
    attempts: int = 1


def _letters() -> tuple[_SampleLetter, ...]:
    gone = text("The mail server answered: {words}", words="5.1.1 no such user")
    doubt = text("The connection broke before the mail server answered. The letter may have gone out.")
    return (
        _SampleLetter("temporary_password", "sent", 70),
        _SampleLetter("new_sign_in", "sent", 46),
        _SampleLetter("temporary_password", "failed", 30, "smtp_550", gone),
        _SampleLetter("password_changed", "sent", 22, attempts=3),
        _SampleLetter("general", "unknown", 5, "no_answer", doubt),
        _SampleLetter("locked_out", "sent", 2),
    )


def put_letters(database: Database, organisation_id: str, plan: SamplePlan, now: datetime) -> None:
    """Note a few letters to the first students."""
    rows = [_places(organisation_id, *pair, now) for pair in zip(_letters(), plan.students, strict=False)]

    def work(db: Db) -> None:
        for places in rows:
            db.run(_INSERT, **places)

    with acting_for(organisation_id):
        database.write(work)


def _places(organisation_id: str, one: _SampleLetter, person: SamplePerson, now: datetime) -> dict[str, object]:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    at = instant_text(today - timedelta(hours=one.hours_ago))
    return {
        "o": organisation_id,
        "id": derived_id("sample-letter", organisation_id, one.template, at),
        "template": one.template,
        "person_id": person.id,
        "address": str(person.fields["email"]),
        "state": one.state,
        "attempts": one.attempts,
        "code": one.code,
        "reason": one.reason,
        "at": at,
        "sent_at": at if one.state == "sent" else None,
    }
