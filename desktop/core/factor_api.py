"""What the server does about one's own second factors; every call blocks and is made once: use a worker."""

from dataclasses import dataclass
from typing import Any

from desktop.core.api_client import ApiClient
from desktop.core.messages import WayShown
from desktop.core.server_asking import read_anew

FRESH_NEEDED = "fresh_sign_in_needed"
_FACTORS, _CONFIRM = "/auth/factors", "/auth/confirm"


@dataclass(frozen=True)
class HeldFactor:
    """A factor of one's own; `to` hides most of an address."""

    kind: str
    to: str
    added_at: str
    used_at: str | None


@dataclass(frozen=True)
class OwnFactors:
    """What one holds, what could be added, and whether a role asks for it."""

    held: tuple[HeldFactor, ...]
    recovery_left: int
    required: bool
    can_send: tuple[WayShown, ...]


@dataclass(frozen=True)
class NewApp:
    """What an app is set up with, shown once."""

    secret: str
    address: str
    enrolment: str


class FactorApi:
    """Asks for whoever is signed in with this client. CampusError with the server's sentence where it refuses."""

    def __init__(self, client: ApiClient) -> None:
        self._client = client

    def own(self) -> OwnFactors:
        """Return what one holds, as it is now."""
        told = read_anew(self._client, f"/api/v1{_FACTORS}")["data"]
        held = tuple(HeldFactor(one["kind"], one["to"], one["added_at"], one["used_at"]) for one in told["factors"])
        could = tuple(WayShown.model_validate(one) for one in told["can_send"])
        return OwnFactors(held, int(told["recovery_left"]), bool(told["required"]), could)

    def begin_app(self) -> NewApp:
        """Return a fresh secret for an app. Raises CampusError `fresh_sign_in_needed`."""
        told = self._client.act(f"{_FACTORS}/app", {})
        return NewApp(told["secret"], told["address"], told["enrolment"])

    def add_app(self, enrolment: str, code: str, *, end_others: bool = False) -> list[str]:
        """Add the app; returns recovery codes where they are the first ones."""
        body = {"enrolment": enrolment, "code": code, "end_others": end_others}
        return self._codes(f"{_FACTORS}/app/confirm", body)

    def send(self, kind: str) -> str:
        """Send a code to one's own address, to add it; returns where it went, most of it hidden."""
        return str(self._client.act(f"{_FACTORS}/send", {"kind": kind})["to"])

    def add_address(self, kind: str, code: str, *, end_others: bool = False) -> list[str]:
        """Add the address; returns recovery codes where they are the first ones."""
        return self._codes(f"{_FACTORS}/send/confirm", {"kind": kind, "code": code, "end_others": end_others})

    def remove(self, kind: str) -> None:
        """Remove a factor. Raises CampusError `fresh_sign_in_needed`, `factor_required` or `no_factor`."""
        self._client.act(f"{_FACTORS}/remove", {"kind": kind})

    def new_codes(self) -> list[str]:
        """Return ten new recovery codes; the old ones are good no longer."""
        return self._codes("/auth/recovery-codes", {})

    def reset(self, person_id: str) -> bool:
        """Take another person's factors away; tells whether there were any."""
        return bool(self._client.act(f"{_FACTORS}/reset", {"person_id": person_id})["reset"])

    def ways(self) -> tuple[WayShown, ...]:
        """Return by which ways one can confirm that it is still oneself."""
        told = read_anew(self._client, f"/api/v1{_CONFIRM}")["data"]["ways"]
        return tuple(WayShown.model_validate(one) for one in told)

    def send_to_confirm(self, kind: str) -> str:
        """Send a code to confirm with; returns where it went, most of it hidden."""
        return str(self._client.act(f"{_CONFIRM}/send", {"kind": kind})["to"])

    def check_fresh(self) -> None:
        """Return where one confirmed lately. Raises CampusError `fresh_sign_in_needed`, or why nobody answers."""
        read_anew(self._client, f"/api/v1{_CONFIRM}/fresh")

    def confirm(self, kind: str, proof: str) -> None:
        """Confirm by a `password` or by a code of another kind."""
        body: dict[str, Any] = {"password": proof} if kind == "password" else {"kind": kind, "code": proof}
        self._client.act(_CONFIRM, body)

    def _codes(self, path: str, body: dict[str, Any]) -> list[str]:
        return [str(code) for code in self._client.act(path, body)["recovery_codes"]]
