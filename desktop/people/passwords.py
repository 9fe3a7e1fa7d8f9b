"""Temporary passwords: how the office lets someone in for the first time, or again."""

from collections.abc import Mapping
from typing import Any

from desktop.core.desk import Desk
from desktop.core.server_asking import client_of
from shared.core.text import text

_PATH = "/api/v1/auth/temporary-password"


def sign_in_name(shown: Mapping[str, Any]) -> str:
    """Return what someone enters as the name at sign-in, or nothing where he or she has none of the three."""
    return str(shown.get("username") or shown.get("email") or shown.get("number") or "")


def give_temporary_password(desk: Desk, person_id: str) -> str:
    """Ask the server for a new password that is changed at the first sign-in. Blocks: use a worker.

    Raises CampusError `server_unreachable`, `not_allowed` or `person_unknown`.
    """
    client = client_of(desk, text("A password is given by the server, and it can't be reached. Connect first."))
    answer = client.write("POST", _PATH, {"person_id": person_id}, desk.ids())
    return str(answer["data"]["password"])
