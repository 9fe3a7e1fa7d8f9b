"""What a client of the sample institute knows: ids of its rows, by kind and by the list that showed them."""

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.core.database import Db

KEPT = 60
"""So many rows of each kind and of each list are remembered."""
_ROWS = """
SELECT kind, entity_id FROM feed_row WHERE organisation_id = :o AND deleted = false ORDER BY kind, seq DESC
"""
_KINDS = {
    "user": "person",
    "live_session": "class_session",
    "session": "class_session",
    "instructor": "person",
    "stand_in": "person",
    "room_branch": "branch",
    "item": "kit_item",
    "term": "academic_term",
    "actor": "person",
    "serie": "session_series",
}
"""The kind that a name in a path or a body means, where it isn't called so."""


@dataclass
class Known:
    """Ids by kind, and the rows that lists showed by the list's own path; `slug` names the institute."""

    slug: str = ""
    organisation_id: str = ""
    ids: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    shown: dict[str, list[Mapping[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def read(self, db: Db) -> None:
        """Take the ids of the institute's rows from its feed, as whoever syncs has them."""
        for kind, entity_id in db.rows(_ROWS, o=self.organisation_id):
            if len(self.ids[kind]) < KEPT:
                self.ids[kind].append(entity_id)

    def learn(self, path: str, body: bytes) -> None:
        """Remember the rows that a list showed; `path` is as the description names it."""
        try:
            told = orjson.loads(body).get("data")
        except (ValueError, AttributeError):
            return
        kept = self.shown[path]
        for one in told if isinstance(told, list) else [told]:
            if isinstance(one, dict):
                kept.append(one)
        del kept[:-KEPT]

    def places(self, path: str, names: list[str], chance: random.Random) -> dict[str, str]:
        """Values for the places of a path: of one row of the list before it, else ids of the kind that is meant."""
        found: dict[str, str] = {}
        before = path.partition("/{")[0]
        row = chance.choice(self.shown[before]) if self.shown.get(before) else {}
        for name in names:
            word = kind_of(before.rsplit("/", 1)[-1]) if name == "row_id" else kind_of(name.removesuffix("_id"))
            value = row.get(name) or (row.get("id") or row.get("key") if name == names[0] else None)
            if name == "organisation_id":
                value = self.organisation_id
            elif self.ids.get(word) and (not isinstance(value, str) or name.endswith("_id")):
                value = chance.choice(self.ids[word])
            if isinstance(value, str) and value:
                found[name] = value
        return found

    def some(self, name: str, chance: random.Random) -> str:
        """An id for a field such as `cohort_id`; of whatever there is where nothing of it is known."""
        word = kind_of(name.removesuffix("_ids").removesuffix("_id"))
        if not self.ids.get(word):
            word = chance.choice([kind for kind, ids in self.ids.items() if ids])
        return chance.choice(self.ids[word])


def kind_of(word: str) -> str:
    """The kind of rows that a word of a path or of a body's field means: `class-sessions` is `class_session`."""
    plain = word.replace("-", "_")
    single = f"{plain[:-3]}y" if plain.endswith("ies") and plain != "series" else plain.removesuffix("s")
    single = "branch" if single == "branche" else single
    return _KINDS.get(single, single)
