"""Rolling a term over at the server: what it would do, doing it, and taking it back; every call blocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop.core.api_client import ApiClient
from desktop.core.desk import Desk
from desktop.core.server_asking import client_of, read_anew
from shared.core.text import text
from shared.learning.rollover import PASS_MARK, StudentStep

_PATH = "/api/v1/term-rollovers"


@dataclass
class Choices:
    """What the registrar chose so far: the terms, and by cohort what differs from the server's proposal."""

    old_term_id: str = ""
    new_term_id: str = ""
    new_term: dict[str, str] = field(default_factory=dict)
    cohorts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def of(self, cohort_id: str) -> dict[str, Any]:
        """Return what was chosen for a cohort, with what holds where nothing was."""
        usual = {"students": str(StudentStep.LEAVE), "others": str(StudentStep.LEAVE), "by_grades": False}
        more = {"pass_mark": PASS_MARK, "promote_to": "", "series": True, "despite_clash": False}
        return {**usual, **more, **self.cohorts.get(cohort_id, {})}

    def choose(self, cohort_id: str, values: Mapping[str, Any]) -> None:
        """Remember what was chosen for a cohort."""
        self.cohorts[cohort_id] = {**self.cohorts.get(cohort_id, {}), **values}

    def body(self, **more: Any) -> dict[str, Any]:
        """Return the request."""
        term = {"new_term_id": self.new_term_id} if self.new_term_id else {"new_term": self.new_term}
        cohorts = [
            {"cohort_id": key, **{name: value for name, value in one.items() if value not in ("", None)}}
            for key, one in self.cohorts.items()
        ]
        return {"old_term_id": self.old_term_id, **term, "cohorts": cohorts, **more}


def _client(desk: Desk) -> ApiClient:
    return client_of(desk, text("A term is rolled over at the server. Connect first."))


def preview(desk: Desk, choices: Choices) -> dict[str, Any]:
    """Return what the choices would do. Raises CampusError with the server's sentence."""
    return dict(_client(desk).write("POST", f"{_PATH}/preview", choices.body(), desk.ids())["data"])


def carry_out(desk: Desk, choices: Choices, token: str, key: str) -> dict[str, Any]:
    """Do what the preview of `token` showed; the same `key` again does nothing more."""
    told = _client(desk).write("POST", _PATH, choices.body(token=token), key, timeout=120.0)["data"]
    desk.sync_now()
    return dict(told)


def take_back(desk: Desk, rollover_id: str) -> dict[str, Any]:
    """Take a roll-over back. Raises CampusError `built_upon`."""
    told = _client(desk).write("POST", f"{_PATH}/{rollover_id}/undo", {}, desk.ids(), timeout=120.0)["data"]
    desk.sync_now()
    return dict(told)


def entries(desk: Desk) -> Sequence[dict[str, Any]]:
    """Return the latest roll-overs."""
    return list(read_anew(_client(desk), _PATH)["data"])
