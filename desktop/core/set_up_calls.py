"""Setting an institute up from its first desktop: the calls, and the draft that is kept until it is done."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.core.api_client import ApiClient
from desktop.core.disk import replace_file

_FILE = "set-up-draft.json"
_SECRET = frozenset({"code", "password", "again"})
"""What a draft never keeps."""


@dataclass(frozen=True)
class SetUpCalls:
    """Calls that block: use a worker. All raise CampusError with a sentence."""

    client: ApiClient
    organisation: str

    def try_code(self, code: str) -> str:
        """Return the name of the institute that a code sets up."""
        return str(self.client.ask_once("/set-up/code", {"organisation": self.organisation, "code": code})["name"])

    def finish(self, code: str, values: Mapping[str, Any]) -> str:
        """Set the institute up and return the administrator's username."""
        body = {**values, "organisation": self.organisation, "code": code}
        return str(self.client.ask_once("/set-up", body)["username"])


@dataclass(frozen=True)
class SetUpDraft:
    """What was typed so far for one institute, without codes and passwords; kept in `folder`."""

    folder: Path
    place: str

    def load(self) -> dict[str, Any]:
        """Return what was typed, empty where there is nothing for this institute."""
        try:
            kept = json.loads((self.folder / _FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        known = isinstance(kept, dict) and kept.get("place") == self.place and isinstance(kept.get("values"), dict)
        return dict(kept["values"]) if known else {}

    def save(self, values: Mapping[str, Any]) -> None:
        """Keep what was typed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = {name: value for name, value in values.items() if name not in _SECRET}
        replace_file(self.folder / _FILE, json.dumps({"place": self.place, "values": kept}).encode())

    def forget(self) -> None:
        """Remove the draft once the institute is set up."""
        (self.folder / _FILE).unlink(missing_ok=True)
