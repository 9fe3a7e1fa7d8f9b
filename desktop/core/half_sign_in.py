"""A sign-in for which the password was right and a second factor is asked: sending codes, and going on with one."""

from dataclasses import dataclass, field

from desktop.core.api_client import ApiClient
from desktop.core.device_key import DeviceKey
from desktop.core.messages import FactorAsked, SignInAnswer
from desktop.core.profiles import Profile
from desktop.core.settings import Server
from shared.core.errors import CampusError
from shared.core.text import text


@dataclass(frozen=True)
class HalfSignIn:
    """What is needed to go on; the password opens the store afterwards and is kept in memory alone.

    Without one an identity provider vouched for the person.
    """

    server: Server
    name: str
    password: str | None = field(repr=False)
    client: ApiClient
    key: DeviceKey
    known: Profile | None
    asked: FactorAsked

    def send(self, kind: str) -> str:
        """Let the server send a code by `mail` or `sms`; returns where it went, most of it hidden."""
        attempt = self.asked.attempt
        body = {"attempt": attempt, "kind": kind, "signature": self.key.sign(f"send\n{attempt}\n{kind}")}
        return str(self.client.ask_once("/auth/sign-in/factor/send", body)["to"])

    def finish(self, kind: str, code: str) -> SignInAnswer:
        """Go in with a code; ApiError with the server's sentence when it refuses."""
        attempt = self.asked.attempt
        signature = self.key.sign(f"factor\n{attempt}\n{kind}\n{code}")
        return self.client.finish_sign_in({"attempt": attempt, "kind": kind, "code": code, "signature": signature})


class FactorNeededError(CampusError):
    """Raised where a sign-in needs its second step; `half` goes on with it."""

    def __init__(self, half: HalfSignIn) -> None:
        super().__init__("factor_needed", text("Enter the code of your second factor."))
        self.half = half
