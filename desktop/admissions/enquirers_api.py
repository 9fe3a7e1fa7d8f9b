"""What is asked of the server about enquirers' data; every call blocks: use a worker."""

from typing import Any

from desktop.core.desk import Desk
from desktop.core.server_asking import client_of
from shared.core.errors import CampusError
from shared.core.text import text

_PATH = "/api/v1/enquirers"


def _write(desk: Desk, path: str, body: dict[str, str]) -> Any:
    client = client_of(desk, text("This is looked for on the server. Connect first."))
    return client.write("POST", f"{_PATH}{path}", body, desk.ids())["data"]


def find(desk: Desk, email: str, phone: str) -> list[dict[str, Any]]:
    """Return what was noted under a mail address or a phone number.

    Raises CampusError `contact_missing`, `server_unreachable`, `not_allowed`.
    """
    if not email and not phone:
        raise CampusError("contact_missing", text("Enter a mail address or a phone number."))
    return list(_write(desk, "/search", {"email": email, "phone": phone}))


def remove(desk: Desk, enquiry_id: str, reason: str) -> Any:
    """Empty an enquiry for good. Raises CampusError `fresh_sign_in_needed`, `enquiry_converted`."""
    return _write(desk, f"/{enquiry_id}/erase", {"reason": reason})
