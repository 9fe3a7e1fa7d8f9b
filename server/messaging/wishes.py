"""What letters people want: whether, by what way, about what, and in which hours they are left in peace."""

from datetime import datetime, time, timedelta, tzinfo
from typing import Annotated

import orjson
from pydantic import ConfigDict, Field, StringConstraints

from server.core.database import Db
from server.core.letters import Channel
from shared.core.lines import OneLine
from shared.core.strict import StrictModel
from shared.messaging.letter_words import LetterCategory

_READ = "SELECT wishes FROM letter_wish WHERE organisation_id = :o AND person_id = :p"
_PUT = """
INSERT INTO letter_wish (organisation_id, person_id, wishes, revision, changed_at)
VALUES (:o, :p, :wishes, :revision, :now) ON CONFLICT (organisation_id, person_id) DO UPDATE SET
wishes = excluded.wishes, revision = excluded.revision, changed_at = excluded.changed_at
"""
_HOUR = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


class Wishes(StrictModel):
    """One person's wishes. Letters about sign-in always come; urgent ones don't wait for the quiet hours to end."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    letters: bool = True
    mail: bool = True
    sms: bool = True
    unwanted: list[Annotated[OneLine, StringConstraints(max_length=40)]] = Field(
        default_factory=list, max_length=len(LetterCategory)
    )
    quiet_from: str | None = Field(default=None, pattern=_HOUR)
    quiet_until: str | None = Field(default=None, pattern=_HOUR)

    def wants(self, channel: Channel, category: LetterCategory) -> bool:
        """Tell whether a letter of this category is wanted by this way."""
        if category is LetterCategory.SIGN_IN:
            return True
        by_this_way = self.mail if channel is Channel.MAIL else self.sms
        return self.letters and by_this_way and category not in self.unwanted

    def quiet_end(self, now: datetime, zone: tzinfo) -> datetime | None:
        """Return when the quiet hours that `now` lies in end, or None outside of them."""
        if self.quiet_from is None or self.quiet_until is None or self.quiet_from == self.quiet_until:
            return None
        local = now.astimezone(zone)
        begin, end = time.fromisoformat(self.quiet_from), time.fromisoformat(self.quiet_until)
        at = local.time()
        quiet = begin <= at < end if begin < end else at >= begin or at < end
        if not quiet:
            return None
        ended = local.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
        return ended if ended > local else ended + timedelta(days=1)


def wishes_of(db: Db, organisation_id: str, person_id: str | None) -> Wishes:
    """Return someone's wishes; whoever said nothing gets everything at any hour."""
    row = db.one(_READ, o=organisation_id, p=person_id) if person_id else None
    return Wishes() if row is None else Wishes.model_validate(orjson.loads(row[0]))


def put_wishes(db: Db, organisation_id: str, person_id: str, wishes: Wishes, revision: str, now: str) -> None:
    """Keep someone's wishes."""
    packed = orjson.dumps(wishes.model_dump()).decode()
    db.run(_PUT, o=organisation_id, p=person_id, wishes=packed, revision=revision, now=now)
