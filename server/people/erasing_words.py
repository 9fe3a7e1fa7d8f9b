"""The words that name a person, present and former ones, and how they are taken out of texts and JSON."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from server.core.database import Db
from shared.people.rules import fold

_HISTORY = """
SELECT detail FROM command_log WHERE organisation_id = :organisation_id AND target_id = :id
AND type IN ('AddPerson', 'EditPerson') AND detail IS NOT NULL
"""
_NAMESAKES = """
SELECT count(*) FROM person WHERE organisation_id = :organisation_id AND id <> :id AND sort_name = :sort_name
"""
_PLAIN = ("email", "phone", "username", "number")
_LEAST = 5
"""Letters that a word must have to be looked for where the row doesn't say that it is about the person."""


@dataclass(frozen=True)
class Identity:
    """What names a person. `needles` are looked for in rows that don't say whose they are; `words` only in others."""

    person_id: str
    label: str
    words: Mapping[str, str]
    needles: tuple[str, ...]

    def scrubbed(self, value: Any) -> Any:
        """Return a value without the person's words: names become the label, the rest nothing."""
        return self._scrub(value, self._pattern(self.words))

    def scrubbed_elsewhere(self, value: Any) -> Any:
        """Return the same for a row that doesn't say whose it is: only words that can mean nobody else."""
        return self._scrub(value, self._pattern(self.needles))

    def _pattern(self, words: Iterable[str]) -> re.Pattern[str] | None:
        longest = sorted(words, key=len, reverse=True)
        joined = "|".join(map(re.escape, longest))
        return re.compile(rf"(?<![^\W_])(?:{joined})(?![^\W_])", re.IGNORECASE) if longest else None

    def _scrub(self, value: Any, pattern: re.Pattern[str] | None) -> Any:
        if pattern is None or value is None:
            return value
        if isinstance(value, str):
            packed = _unpacked(value)
            if packed is not None:
                cleaned = self._scrub(packed, pattern)
                return value if cleaned == packed else orjson.dumps(cleaned).decode()
            return pattern.sub(lambda match: self._instead(match[0]), value)
        if isinstance(value, list):
            return [self._scrub(one, pattern) for one in value]
        if isinstance(value, dict):
            return {name: self._scrub(one, pattern) for name, one in value.items()}
        return value

    def _instead(self, found: str) -> str:
        return self.words.get(found) or self.words.get(found.casefold(), "")


def _unpacked(value: str) -> Any:
    if value[:1] not in ("{", "["):
        return None
    try:
        return orjson.loads(value)
    except ValueError:
        return None


def identity_of(db: Db, organisation_id: str, body: Mapping[str, Any], label: str) -> Identity:
    """Return what names a person now, or did at any time that a change still tells of."""
    bodies = [body, *_earlier(db, organisation_id, body)]
    names = {name for one in bodies for name in _names(one)}
    plain = {str(one[field]) for one in bodies for field in _PLAIN if one.get(field)}
    digits = {re.sub(r"\D", "", str(one["phone"])) for one in bodies if one.get("phone")}
    words = dict.fromkeys(names, label) | dict.fromkeys(plain | digits - {""}, "")
    words |= {word.casefold(): instead for word, instead in words.items()}
    words |= {fold(word): instead for word, instead in words.items()}
    row = db.one(_NAMESAKES, organisation_id=organisation_id, id=body["id"], sort_name=_sorted(body))
    shared = {name.casefold() for name in names} if row and row[0] else set()
    needles = [word for word in words if len(word) >= _LEAST and word.casefold() not in shared]
    return Identity(str(body["id"]), label, words, tuple(sorted(needles)))


def _sorted(body: Mapping[str, Any]) -> str:
    return fold(f"{body.get('family_name') or ''} {body['given_name']} {body.get('other_names') or ''}")


def _earlier(db: Db, organisation_id: str, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what the fields held before: each change's old and new values put into the present ones."""
    found = []
    for (detail,) in db.rows(_HISTORY, organisation_id=organisation_id, id=body["id"]):
        payload = orjson.loads(detail)["payload"]
        changes = payload.get("changes")
        if changes is None:
            found.append({**body, **payload})
        else:
            found += [{**body, **{name: one.get(side) for name, one in changes.items()}} for side in ("old", "new")]
    return found


def _names(body: Mapping[str, Any]) -> set[str]:
    given, family, other = (str(body.get(name) or "") for name in ("given_name", "family_name", "other_names"))
    full = {" ".join(part for part in parts if part) for parts in ((given, family), (given, other, family))}
    turned = {f"{family} {given}", f"{family}, {given}"} if given and family else set()
    return {name for name in full | turned if " " in name}
