"""The texts of letters: an institute's own where it wrote one, else the supplied one, with its places filled."""

from collections.abc import Mapping
from dataclasses import dataclass

from server.core.database import Db
from server.core.letters import Channel, Paper
from shared.messaging.filling import filled
from shared.messaging.letter_kinds import LETTERS, SUPPLIED_LANGUAGE

_OWN = (
    "SELECT subject, body FROM message_template WHERE organisation_id = :o AND template = :template"
    " AND channel = :channel AND language = :language"
)


@dataclass(frozen=True)
class Written:
    """A letter ready to go; an SMS has no subject."""

    subject: str
    text: str
    paper: Paper | None = None


def template_of(db: Db, organisation_id: str, word: str, channel: str) -> tuple[str, str]:
    """Return subject and text as they stand at present; raises LookupError for a letter that nobody knows."""
    own = db.one(_OWN, o=organisation_id, template=word, channel=channel, language=SUPPLIED_LANGUAGE)
    return (str(own[0]), str(own[1])) if own else LETTERS[word].supplied(channel)


def written(db: Db, organisation_id: str, word: str, channel: Channel, values: Mapping[str, str]) -> Written:
    """Return a letter with its places filled."""
    subject, body = template_of(db, organisation_id, word, channel)
    return Written(filled(subject, values).replace("\n", " "), filled(body, values))
