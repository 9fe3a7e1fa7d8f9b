"""An institute's own texts of letters: written, previewed, and taken back to the supplied ones."""

from dataclasses import dataclass
from typing import Any

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.letters import Channel
from server.messaging.mail_building import as_html, plain_line
from server.messaging.notes import noted
from server.messaging.posting import when_words
from server.messaging.texts import template_of
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.messaging.filling import UnknownPlace, filled, unknown_places
from shared.messaging.letter_kinds import LETTERS, SUPPLIED_LANGUAGE, LetterKind
from shared.messaging.letter_samples import samples
from shared.messaging.sms_text import OPT_OUT_ROOM, sms_size

CHANNELS = (Channel.MAIL, Channel.SMS)
_OWN = (
    "SELECT template, channel, revision, changed_at FROM message_template WHERE organisation_id = :o"
    " AND language = :language"
)
_PUT = """
INSERT INTO message_template (organisation_id, template, channel, language, subject, body, revision, changed_at,
changed_by) VALUES (:o, :template, :channel, :language, :subject, :body, :revision, :now, :by)
ON CONFLICT (organisation_id, template, channel, language) DO UPDATE SET subject = excluded.subject,
body = excluded.body, revision = excluded.revision, changed_at = excluded.changed_at, changed_by = excluded.changed_by
"""
_REMOVE = (
    "DELETE FROM message_template WHERE organisation_id = :o AND template = :template AND channel = :channel"
    " AND language = :language"
)
_SENDER = "SELECT name, time_zone FROM organisation WHERE id = :o"


@dataclass(frozen=True)
class Draft:
    """A text as someone writes it."""

    template: str
    channel: Channel
    subject: str
    body: str


def kind_of(word: str) -> LetterKind:
    """Return a letter; raises CampusError `template_unknown`."""
    if word not in LETTERS:
        raise CampusError("template_unknown", text("There is no letter of this name."), {"known": sorted(LETTERS)})
    return LETTERS[word]


def listed(db: Db, organisation_id: str) -> list[dict[str, Any]]:
    """Return every letter for each way, with the text that counts at present."""
    own = {(row[0], row[1]): row for row in db.rows(_OWN, o=organisation_id, language=SUPPLIED_LANGUAGE)}
    return [
        _shown(db, organisation_id, kind, channel, own.get((kind.word, str(channel))))
        for kind in LETTERS.values()
        for channel in CHANNELS
    ]


def _shown(db: Db, organisation_id: str, kind: LetterKind, channel: Channel, own: Any) -> dict[str, Any]:
    subject, body = template_of(db, organisation_id, kind.word, channel)
    return {
        "template": kind.word,
        "title": kind.title,
        "channel": str(channel),
        "language": SUPPLIED_LANGUAGE,
        "subject": subject,
        "body": body,
        "own": own is not None,
        "revision": own[2] if own else None,
        "changed_at": own[3] if own else None,
        "places": list(kind.places),
        "secrets": list(kind.secrets),
    }


def check(draft: Draft) -> None:
    """Raise CampusError `template_faulty` for a text that can't be used, with each fault named."""
    kind = kind_of(draft.template)
    unknown = [*unknown_places(draft.subject, kind.places), *unknown_places(draft.body, kind.places)]
    in_subject = [name for name in kind.secrets if f"{{{name}}}" in draft.subject]
    faults = [_unknown_words(one) for one in unknown]
    faults += [text("{name} is a secret. Keep it out of the subject.", name=f"{{{name}}}") for name in in_subject]
    if not draft.body.strip() or (draft.channel is Channel.MAIL and not draft.subject.strip()):
        faults.append(text("Subject and text can't be empty."))
    if kind.secrets and not any(f"{{{name}}}" in draft.body for name in kind.secrets):
        names = ", ".join(f"{{{name}}}" for name in kind.secrets)
        faults.append(text("The text needs one of these places, or nobody can use it: {names}", names=names))
    if faults:
        places = [{"name": one.name, "nearest": one.nearest} for one in unknown]
        raise CampusError("template_faulty", " ".join(faults), {"unknown_places": places})


def _unknown_words(one: UnknownPlace) -> str:
    given = f"{{{one.name}}}"
    if one.nearest:
        return text(
            "{given} isn't a place of this letter. Did you mean {nearest}?", given=given, nearest=f"{{{one.nearest}}}"
        )
    return text("{given} isn't a place of this letter.", given=given)


def preview(context: Context, db: Db, organisation_id: str, draft: Draft) -> dict[str, Any]:
    """Return a text with sample values in its places; raises CampusError `template_faulty`.

    An SMS comes with its size; `parts_first` counts the words that the provider adds to the first one to a number.
    """
    check(draft)
    name, zone = db.one(_SENDER, o=organisation_id) or ("", "UTC")
    now = instant_text(context.clock.now())
    values = {**samples(draft.template), "institute": str(name), "when": when_words(now, str(zone))}
    subject, body = plain_line(filled(draft.subject, values)), filled(draft.body, values)
    if draft.channel is Channel.MAIL:
        return {"subject": subject, "text": body, "html": as_html(body, subject)}
    size = sms_size(body)
    first = sms_size(body + " " * OPT_OUT_ROOM)
    return {
        "text": body,
        "units": size.units,
        "parts": size.parts,
        "left": size.left,
        "wide": list(size.wide),
        "parts_first": first.parts,
    }


class Templates:
    """Changes of texts; each is noted in the log of changes."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def put(self, known: CurrentSignIn, draft: Draft, base: str | None) -> dict[str, Any]:
        """Keep an institute's own text.

        `base` is the revision that it was written from, None for the supplied text. Raises CampusError
        `template_faulty`, or `template_changed` where someone else wrote meanwhile.
        """
        check(draft)
        return self._context.database.write(lambda db: self._put(db, known, draft, base))

    def _put(self, db: Db, known: CurrentSignIn, draft: Draft, base: str | None) -> dict[str, Any]:
        organisation_id = known.actor.organisation_id
        before = self._present(db, organisation_id, draft)
        if before["revision"] != base:
            message = text("Someone else changed this text meanwhile. Look at it, then save again.")
            raise CampusError("template_changed", message, {"present": before})
        db.run(
            _PUT,
            o=organisation_id,
            template=draft.template,
            channel=str(draft.channel),
            language=SUPPLIED_LANGUAGE,
            subject=draft.subject if draft.channel is Channel.MAIL else "",
            body=draft.body,
            revision=self._context.new_id(),
            now=instant_text(self._context.clock.now()),
            by=known.actor.person_id,
        )
        after = self._present(db, organisation_id, draft)
        self._note(db, known, draft, before, after)
        return after

    def reset(self, known: CurrentSignIn, word: str, channel: Channel) -> dict[str, Any]:
        """Go back to the supplied text."""
        kind_of(word)
        return self._context.database.write(lambda db: self._reset(db, known, Draft(word, channel, "", "")))

    def _reset(self, db: Db, known: CurrentSignIn, draft: Draft) -> dict[str, Any]:
        organisation_id = known.actor.organisation_id
        before = self._present(db, organisation_id, draft)
        place = {"template": draft.template, "channel": str(draft.channel), "language": SUPPLIED_LANGUAGE}
        db.run(_REMOVE, o=organisation_id, **place)
        after = self._present(db, organisation_id, draft)
        if before["own"]:
            self._note(db, known, draft, before, after)
        return after

    def _present(self, db: Db, organisation_id: str, draft: Draft) -> dict[str, Any]:
        return next(
            one
            for one in listed(db, organisation_id)
            if (one["template"], one["channel"]) == (draft.template, str(draft.channel))
        )

    def _note(self, db: Db, known: CurrentSignIn, draft: Draft, before: dict[str, Any], after: dict[str, Any]) -> None:
        kept = ("subject", "body")
        what = {
            "what": "letter_text_changed",
            "letter": f"{draft.template}, {draft.channel}",
            "before": {name: before[name] for name in kept},
            "after": {name: after[name] for name in kept},
        }
        noted(self._context, db, known, what)
