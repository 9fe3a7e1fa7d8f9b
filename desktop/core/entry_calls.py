"""What somebody who isn't signed in asks of a server: a new password, an invitation, a registration, a provider."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from desktop.core.api_client import ApiClient

_LIST = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Ways:
    """By what ways people come in: registering (`off`, `on`, `approval`), and providers (id, name)."""

    registration: str = "off"
    providers: _LIST = ()
    founding: bool = False
    shortest: int = 12

    @classmethod
    def told(cls, data: Mapping[str, Any]) -> "Ways":
        """Return what a server said."""
        known = tuple((str(one["id"]), str(one["name"])) for one in data.get("providers", ()))
        return cls(
            str(data.get("registration", "off")),
            known,
            bool(data.get("founding")),
            int(data.get("password_min_length", 12)),
        )


@dataclass(frozen=True)
class EntryCalls:
    """Calls that block: use a worker. All raise CampusError with a sentence; `ids` gives ids of requests."""

    client: ApiClient
    organisation: str
    ids: Callable[[], str]

    def forgotten(self, name: str) -> None:
        """Ask for a code by mail or SMS; nothing tells whether anybody has this name."""
        self._ask("/auth/forgot-password", name=name)

    def reset(self, name: str, code: str, new: str) -> None:
        """Set a new password with a code."""
        self._ask("/auth/reset-password", name=name, code=code, new=new)

    def invitation(self, code: str) -> Mapping[str, Any]:
        """Return whom a code invites."""
        found: Mapping[str, Any] = self._ask("/auth/look-at-invitation", code=code)
        return found

    def accept(self, code: str, username: str, new: str) -> None:
        """Accept an invitation."""
        self._ask("/auth/accept-invitation", code=code, username=username, new=new)

    def username_free(self, username: str) -> bool:
        """Tell whether a username may be had."""
        return bool(self._ask("/auth/check-username", username=username)["free"])

    def register(self, values: Mapping[str, Any]) -> str:
        """Register, and return the id of the registration."""
        return str(self._ask("/auth/register", **values)["registration_id"])

    def found(self, values: Mapping[str, Any]) -> str:
        """Register an institute, and return the id of its administrator's registration."""
        body = self.client.ask_once("/organisations/registrations", values)
        return str(body["registration_id"])

    def referral_code(self, code: str) -> str:
        """Return the sentence where the code of whoever sent somebody isn't known; "" where it is."""
        return str(self._ask("/typed-codes/check-coming", code=code)["sentence"])

    def verify(self, registration_id: str, code: str) -> tuple[str, str]:
        """Prove the address; returns `accepted` or `waiting`, and why the code of whoever sent one isn't taken."""
        told = self._ask("/auth/verify-email", registration_id=registration_id, code=code)
        return str(told["state"]), str(told.get("code_said") or "")

    def resend(self, registration_id: str) -> None:
        """Let another code be sent."""
        self._ask("/auth/resend-code", registration_id=registration_id)

    def begin(self, provider_id: str, port: int) -> Mapping[str, Any]:
        """Return where the browser goes, with what is needed once it is back."""
        out: Mapping[str, Any] = self._ask("/auth/identity/begin", provider_id=provider_id, port=port)
        return out

    def prove(self, out: Mapping[str, Any], back: Mapping[str, str]) -> Mapping[str, Any]:
        """Return whom the browser's answer lets in, with a ticket."""
        known = {name: out[name] for name in ("flow_id", "flow_secret")}
        brought = {name: back[name] for name in ("code", "state", "iss") if name in back}
        proved: Mapping[str, Any] = self._ask("/auth/identity/prove", **known, **brought)
        return proved

    def _ask(self, path: str, **values: Any) -> Any:
        return self.client.ask_once(path, {"organisation": self.organisation, **values})
