"""What signed-in people ask of the server about coming in: registrations, invitations, passwords, providers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core import meta
from desktop.core.api_client import ApiClient
from desktop.core.desk import Desk
from desktop.core.server_asking import client_of, read_anew
from shared.core.text import text

_USERS = "/api/v1/users"
_PROVIDERS = "/api/v1/organisations/identity-providers"
_OWN = "/api/v1/auth/identities"
AT_ONCE = 10
"""Passwords of one request: the server takes a quarter of a second for each."""
Body = Mapping[str, Any]


@dataclass(frozen=True)
class OfficeCalls:
    """Calls that block: use a worker. All raise CampusError with a sentence."""

    client: ApiClient
    desk: Desk

    @classmethod
    def of(cls, desk: Desk) -> "OfficeCalls":
        """Return the calls of a desk. Raises CampusError `server_unreachable`."""
        return cls(client_of(desk, text("This is kept by the server, and it can't be reached.")), desk)

    # ----------------------------------------------------------------------------------------------- registrations

    def registrations(self, state: str = "waiting") -> Body:
        """Return registrations of a state, with policy and counts."""
        found: Body = self._get(f"{_USERS}/registrations", {"state": state})
        return found

    def decide(self, registration_id: str, act: str, body: Body | None = None) -> Body:
        """Accept, join or refuse a registration."""
        return self._post(f"{_USERS}/registrations/{registration_id}/{act}", body or {})

    def set_policy(self, policy: str) -> Body:
        """Say whether students register."""
        saved: Body = self._write("PUT", f"{_USERS}/registrations/policy", {"registration": policy})
        return saved

    # ------------------------------------------------------------------------------------------------- invitations

    def invitations(self) -> Sequence[Body]:
        """Return all invitations, newest first."""
        found: Sequence[Body] = self._get(f"{_USERS}/invitations")
        return found

    def invite(self, email: str, given_name: str, family_name: str, roles: Sequence[str]) -> Body:
        """Invite somebody by mail."""
        body = {"email": email, "given_name": given_name, "family_name": family_name, "roles": list(roles)}
        return self._post(f"{_USERS}/invitations", body)

    def resend(self, invitation_id: str) -> Body:
        """Send a new code."""
        return self._post(f"{_USERS}/invitations/{invitation_id}/resend", {})

    def withdraw(self, invitation_id: str) -> Body:
        """Take an invitation back."""
        return self._post(f"{_USERS}/invitations/{invitation_id}/withdraw", {})

    # --------------------------------------------------------------------------------------------------- passwords

    def hand_over(self, person_ids: Sequence[str], by: str) -> list[Body]:
        """Give people temporary passwords, ten in a request; `by` is letter or slip."""
        given: list[Body] = []
        for at in range(0, len(person_ids), AT_ONCE):
            body = {"person_ids": list(person_ids[at : at + AT_ONCE]), "by": by}
            given += self.client.act("/auth/temporary-passwords", body)
        return given

    def start_reset(self, person_id: str) -> str:
        """Let a code be sent to somebody; returns by what way."""
        return str(self.client.act("/auth/start-reset", {"person_id": person_id})["sent_by"])

    # --------------------------------------------------------------------------------------------------- providers

    def providers(self) -> Sequence[Body]:
        """Return the institute's providers, for administrators."""
        found: Sequence[Body] = self._get(_PROVIDERS)
        return found

    def put_provider(self, provider_id: str, body: Body) -> Body:
        """Set a provider up."""
        kept: Body = self._write("PUT", f"{_PROVIDERS}/{provider_id}", body)
        return kept

    def remove_provider(self, provider_id: str) -> None:
        """Remove a provider and what is linked by it."""
        self._write("DELETE", f"{_PROVIDERS}/{provider_id}", {})

    def identities(self) -> tuple[Sequence[Body], Sequence[Body]]:
        """Return one's own identities, and the providers that the institute offers."""
        slug = str((self.desk.store.recall(meta.ORGANISATION) or {}).get("slug", ""))
        offered = self._get("/api/v1/auth/providers", {"organisation": slug}) if slug else []
        return self._get(_OWN), offered

    def begin_link(self, provider_id: str, port: int) -> Body:
        """Return where the browser goes. Raises CampusError `fresh_sign_in_needed`."""
        return self._post(f"{_OWN}/begin", {"provider_id": provider_id, "port": port})

    def finish_link(self, out: Body, back: Mapping[str, str]) -> Any:
        """Link what the browser brought back."""
        known = {name: out[name] for name in ("flow_id", "flow_secret")}
        brought = {name: back[name] for name in ("code", "state", "iss") if name in back}
        return self._post(f"{_OWN}/finish", {**known, **brought})

    def unlink(self, provider_id: str) -> Any:
        """Unlink an identity. Raises CampusError `fresh_sign_in_needed`."""
        return self._write("DELETE", f"{_OWN}/{provider_id}", {})

    # ------------------------------------------------------------------------------------------------------ inside

    def _get(self, path: str, parameters: Mapping[str, Any] | None = None) -> Any:
        return read_anew(self.client, path, parameters)["data"]

    def _post(self, path: str, body: Body) -> Body:
        told: Body = self._write("POST", path, body)
        return told

    def _write(self, method: str, path: str, body: Body) -> Any:
        return (self.client.write(method, path, body, self.desk.ids()) or {}).get("data")
