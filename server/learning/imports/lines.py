"""What an import makes of each line of a list, kept beside the upload so that a page of any part can be shown."""

from collections.abc import Iterator, Mapping
from io import BufferedRandom, BufferedWriter
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import orjson

from server.learning.roster.findings import RowError

NEW, CHANGED, UNCHANGED, GONE, DOUBLE, ERROR = "new", "changed", "unchanged", "gone", "double", "error"
STATES = (UNCHANGED, CHANGED, NEW, GONE, DOUBLE, ERROR)
"""The weightiest thing that is said of a line comes last."""
_WEIGHT = {name: place for place, name in enumerate(STATES)}
_OF_CHANGE = {"created": NEW, "updated": CHANGED, "deactivated": GONE}
MOST_SORTED = 200_000
MOST_SHOWN = 2_000
SUFFIX = ".lines"


class LineLog:
    """Writes what is said of the lines, in any order; `finish` puts them in the file's own."""

    def __init__(self, spool: BufferedRandom) -> None:
        self._spool = spool
        self._files: dict[str, int] = {}
        self._count = 0

    def say(self, file: str, line: int, state: str, label: str = "", **more: Any) -> None:
        """Note one thing about a line."""
        place = self._files.setdefault(file, len(self._files))
        said = {"file": file, "line": line, "state": state, "label": label, **more}
        self._spool.write(b"%04d%09d" % (place, line) + orjson.dumps(said) + b"\n")
        self._count += 1

    def change(self, file: str, line: int, kind: str, change: str, label: str, fields: Mapping[str, Any]) -> None:
        """Note a change that a line brings about."""
        shown = {name: pair for name, pair in fields.items() if not name.endswith("_id")} if kind else {}
        self.say(file, line, _OF_CHANGE.get(change, CHANGED), label, kind=kind, fields=shown)

    def error(self, error: RowError) -> None:
        """Note an error."""
        self.say(
            *(error.file, error.line, ERROR),
            column=error.column, value=error.value, code=error.code, sentences=[error.sentence],
        )  # fmt: skip

    def finish(self, target: Path) -> None:
        """Write what was said, a line of the list to a line; a very long list keeps the order it was read in."""
        self._spool.seek(0)
        noted: Iterator[bytes] = iter(self._spool)
        if self._count <= MOST_SORTED:
            noted = iter(sorted(noted, key=itemgetter(slice(13))))
        with target.open("wb") as stored:
            _write(noted, stored)


def _write(noted: Iterator[bytes], stored: BufferedWriter) -> None:
    for _, group in groupby(noted, itemgetter(slice(13))):
        merged: dict[str, Any] = {}
        for one in group:
            merged = _merged(merged, orjson.loads(one[13:]))
        stored.write(orjson.dumps(merged) + b"\n")


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    if not one:
        return other
    heavy, light = (one, other) if _WEIGHT[one["state"]] >= _WEIGHT[other["state"]] else (other, one)
    fields = {**one.get("fields", {}), **other.get("fields", {})}
    sentences = [*one.get("sentences", ()), *other.get("sentences", ())]
    label = heavy["label"] or light["label"]
    if one.get("kind") == "person":
        label = one["label"]
    return {**light, **heavy, "label": label, "fields": fields, "sentences": sentences}


def page_of(path: Path, state: str | None, after: int, limit: int) -> dict[str, Any]:
    """Return `items` of a state, those beyond the first `after`, with `total` of that state and `counts` of all."""
    counts = dict.fromkeys(STATES, 0)
    items: list[dict[str, Any]] = []
    seen = 0
    if path.exists():
        with path.open("rb") as stored:
            for line in stored:
                said = orjson.loads(line)
                counts[said["state"]] += 1
                if state is None or said["state"] == state:
                    if after <= seen < after + limit:
                        items.append({"fields": {}, "sentences": [], **said})
                    seen += 1
    return {"items": items, "total": seen, "counts": counts}
