"""The texts that people are asked about, versioned, and the log of who answered which of them how and when."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from pydantic import ConfigDict, Field

from shared.core.actor import Actor
from shared.core.command import Command, Id
from shared.core.lines import Lines, OneLine
from shared.core.projection import Draft, Projection, ReadRow
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.people.vocabulary import Permission

CONSENT_TEXT = "consent_text"
CONSENT_ENTRY = "consent_entry"
LONGEST_TITLE, LONGEST_TEXT = 200, 20_000
Rows = Sequence[Mapping[str, Any]]


class ConsentPurpose(StrEnum):
    """What a text is about. The privacy notice is taken note of; the others are agreed to or not."""

    PRIVACY = "privacy"
    PHOTOS = "photos"
    MESSAGES = "messages"


class ConsentAnswer(StrEnum):
    """What someone said to a text; who agreed may withdraw later."""

    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class PublishConsentText(_Payload):
    """Publish a new version of a purpose's text (target: its new id); everybody is asked about it once."""

    purpose: ConsentPurpose
    title: OneLine = Field(min_length=1, max_length=LONGEST_TITLE)
    body: Lines = Field(min_length=1, max_length=LONGEST_TEXT)


class AnswerConsent(_Payload):
    """Say what one answers to a text (target: the new log entry's id). The server takes the author as the person."""

    text_id: Id
    answer: ConsentAnswer
    purpose: str = Field(default="", max_length=20)
    version: int = Field(default=0, ge=0)
    person_id: Id | None = None


def may_keep_consents(actor: Actor) -> bool:
    """The data officer writes the texts and reads the log of answers, and keeps the register of breaches."""
    return actor.may(Permission.PEOPLE_ERASE)


def purpose_words() -> dict[str, str]:
    """Return what each purpose is called, in the reader's language."""
    return {
        ConsentPurpose.PRIVACY: text("Privacy notice"),
        ConsentPurpose.PHOTOS: text("Use of photos"),
        ConsentPurpose.MESSAGES: text("Messages"),
    }


def answer_words(purpose: str) -> dict[str, str]:
    """Return what each answer to a purpose's text is called."""
    noted = purpose == ConsentPurpose.PRIVACY
    return {
        ConsentAnswer.AGREED: text("Read") if noted else text("Agreed"),
        ConsentAnswer.REFUSED: text("Not agreed"),
        ConsentAnswer.WITHDRAWN: text("Withdrawn"),
    }


def answers_to(purpose: str) -> tuple[ConsentAnswer, ...]:
    """Return the answers that a text of a purpose takes."""
    if purpose == ConsentPurpose.PRIVACY:
        return (ConsentAnswer.AGREED,)
    return tuple(ConsentAnswer)


def present_texts(texts: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the newest version of each purpose, in the order of the purposes."""
    newest: dict[str, Mapping[str, Any]] = {}
    for one in texts:
        if one["version"] >= newest.get(one["purpose"], one)["version"]:
            newest[one["purpose"]] = one
    order = [str(purpose) for purpose in ConsentPurpose]
    return sorted(newest.values(), key=lambda one: order.index(one["purpose"]))


def latest_answers(entries: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the last entry about each text, by the text's id; of one instant that with the greater id."""
    found: dict[str, Mapping[str, Any]] = {}
    for one in sorted(entries, key=lambda row: (row["answered_at"], row["id"])):
        found[one["text_id"]] = one
    return found


def still_to_ask(texts: Rows, entries: Rows) -> list[Mapping[str, Any]]:
    """Return the present texts about which someone with these entries hasn't been asked yet."""
    answered = latest_answers(entries)
    return [one for one in present_texts(texts) if one["id"] not in answered]


def _project_text(command: Command, _read: ReadRow) -> Sequence[Draft]:
    payload = command.payload
    body = {name: payload[name] for name in ("purpose", "title", "body")}
    more = {"id": command.target_id, "revision": command.id, "version": 0, "made_at": command.observed_at}
    return [Draft(CONSENT_TEXT, command.target_id, {**body, **more, "author_name": payload.get("author_name", "")})]


def _project_answer(command: Command, _read: ReadRow) -> Sequence[Draft]:
    payload = command.payload
    body = {name: payload.get(name) for name in ("text_id", "answer", "purpose", "version", "person_id")}
    more = {"id": command.target_id, "revision": command.id, "answered_at": command.observed_at}
    return [Draft(CONSENT_ENTRY, command.target_id, {**body, **more}, payload.get("person_id"))]


PAYLOADS: dict[str, type[StrictModel]] = {"PublishConsentText": PublishConsentText, "AnswerConsent": AnswerConsent}
TYPE_VERSIONS: dict[str, int] = dict.fromkeys(PAYLOADS, 1)
PROJECTIONS: dict[str, Projection] = {"PublishConsentText": _project_text, "AnswerConsent": _project_answer}
