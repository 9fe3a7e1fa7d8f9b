"""What this computer knows of the texts that people are asked about, and what the person who is signed in answered."""

from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from shared.core.text import text
from shared.people.consent import (
    CONSENT_ENTRY,
    CONSENT_TEXT,
    ConsentAnswer,
    ConsentPurpose,
    answer_words,
    latest_answers,
    present_texts,
    purpose_words,
    still_to_ask,
)

KINDS = frozenset({CONSENT_TEXT, CONSENT_ENTRY})


@dataclass(frozen=True)
class OwnAnswer:
    """A present text with one's own answer to it; `answer` and `answered_at` are empty while there is none."""

    text_id: str
    purpose: str
    version: int
    title: str
    body: str
    answer: str
    answered_at: str

    @property
    def may_withdraw(self) -> bool:
        """Tell whether it was agreed to, and can be taken back."""
        return self.answer == ConsentAnswer.AGREED and self.purpose != ConsentPurpose.PRIVACY

    @property
    def told(self) -> str:
        """What was answered, in words."""
        return answer_words(self.purpose)[self.answer] if self.answer else text("Not answered yet")

    @property
    def heading(self) -> str:
        """What it is about, and which version."""
        words = purpose_words()[self.purpose]
        return text("{purpose}, version {n}", purpose=words, n=self.version) if self.version else words


def _texts(desk: Desk) -> list[dict[str, Any]]:
    return desk.store.page(CONSENT_TEXT, limit=-1)


def _entries(desk: Desk) -> list[dict[str, Any]]:
    return desk.store.children(CONSENT_ENTRY, desk.actor.person_id)


def to_ask(desk: Desk) -> list[dict[str, Any]]:
    """Return the present texts about which this person hasn't been asked yet, in the order of asking."""
    return [dict(one) for one in still_to_ask(_texts(desk), _entries(desk))]


def own_answers(desk: Desk) -> list[OwnAnswer]:
    """Return the present texts with what this person answered."""
    said = latest_answers(_entries(desk))
    found = []
    for one in present_texts(_texts(desk)):
        entry = said.get(one["id"], {})
        words = (one["id"], one["purpose"], one["version"], one["title"], one["body"])
        found.append(OwnAnswer(*words, str(entry.get("answer") or ""), str(entry.get("answered_at") or "")))
    return found


def answer_ask(desk: Desk, shown: dict[str, Any], answer: ConsentAnswer) -> Ask:
    """Return the command that answers a text."""
    payload = {"text_id": shown["id"], "answer": str(answer), "purpose": shown["purpose"]}
    payload |= {"version": shown["version"], "person_id": desk.actor.person_id}
    return Ask("AnswerConsent", desk.ids(), payload)
