"""What is asked of the server about entries of the same person; every call blocks: use a worker."""

from collections.abc import Mapping
from typing import Any

from desktop.core.desk import Desk
from desktop.core.server_asking import client_of, read_anew
from shared.core.text import text

Body = dict[str, Any]
_USERS = "/api/v1/users"


class MergeApi:
    """Pairs, previews, merges and their records."""

    def __init__(self, desk: Desk) -> None:
        self._client, self._new_id = client_of(desk, text("Merging needs the server. Connect first.")), desk.ids

    def _get(self, path: str) -> Any:
        return read_anew(self._client, path)["data"]

    def pairs(self) -> list[Body]:
        """Return entries that are likely the same person, the likeliest first."""
        return list(self._get(f"{_USERS}/likely-pairs"))

    def preview(self, stays: str, goes: str, choices: Mapping[str, str]) -> Body:
        """Return what merging would do, field by field."""
        body = {"from_id": goes, "choices": dict(choices)}
        answer = self._client.write("POST", f"{_USERS}/{stays}/merge/preview", body, self._new_id())
        return dict(answer["data"])

    def merge(self, shown: Mapping[str, Any], choices: Mapping[str, str]) -> Body:
        """Merge what a preview shows. Raises CampusError `changed_since`, `merge_kept`, `not_allowed`."""
        goes = shown["goes"]
        body = {"from_id": goes["id"], "from_revision": goes["revision"], "choices": dict(choices)}
        answer = self._client.write("POST", f"{_USERS}/{shown['stays']['id']}/merge", body, self._new_id())
        return dict(answer["data"])

    def records(self, person_id: str) -> list[Body]:
        """Return what was merged into someone, the newest first."""
        return list(self._get(f"{_USERS}/{person_id}/merges"))

    def undo(self, person_id: str, merge_id: str) -> None:
        """Take a merge apart. Raises CampusError `undo_kept`, `merge_unknown`."""
        self._client.write("POST", f"{_USERS}/{person_id}/merges/{merge_id}/undo", {}, self._new_id())
