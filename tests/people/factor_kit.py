"""People with a second factor, for tests: an app that shows codes, kept letters, and both steps of going in."""

import base64
from dataclasses import dataclass, field
from typing import Any

from server.people import totp
from tests.serving import Answer, TestDevice, TestServer

FACTORS = "/api/v1/auth/factors"
CONFIRM = "/api/v1/auth/confirm"
SECOND_STEP = "/api/v1/auth/sign-in/factor"


@dataclass
class App:
    """Somebody's authenticator app, and the recovery codes that came with it."""

    secret: bytes
    recovery: list[str] = field(default_factory=list)

    def code(self, server: TestServer, steps: int = 0) -> str:
        """The code of now, or of some steps beside."""
        return totp.code_at(self.secret, totp.step_of(server.clock.now()) + steps)


def keep_letters(server: TestServer) -> list[Any]:
    """Let letters be kept in a list instead of delivered."""
    letters: list[Any] = []
    object.__setattr__(server.context, "deliverer", lambda _context: lambda _db, letter: letters.append(letter))
    return letters


def add_app(server: TestServer, token: str) -> App:
    """Add an app; its next code is good after 30 seconds."""
    begun = server.post(f"{FACTORS}/app", {}, token).data
    app = App(totp.secret_of(begun["secret"]))
    added = server.post(f"{FACTORS}/app/confirm", {"enrolment": begun["enrolment"], "code": app.code(server)}, token)
    app.recovery = added.data["recovery_codes"]
    server.clock.advance(30)
    return app


def add_address(server: TestServer, token: str, letters: list[Any], kind: str) -> str:
    """Add one's mail address or number; returns the code that came."""
    assert server.post(f"{FACTORS}/send", {"kind": kind}, token).status == 200
    code = str(letters[-1].secrets["code"])
    assert server.post(f"{FACTORS}/send/confirm", {"kind": kind, "code": code}, token).status == 200
    server.clock.advance(30)
    return code


def with_app(server: TestServer, username: str, roles: tuple[str, ...] = ("instructor",), **fields: Any) -> App:
    """Add a person who holds an app, and is signed in nowhere."""
    server.add_person(username, roles, **fields)
    token = server.sign_in(username).data["access_token"]
    app = add_app(server, token)
    server.post("/api/v1/auth/sign-out", {}, token)
    return app


def half(server: TestServer, name: str, device: TestDevice, **more: Any) -> Any:
    """Give the right password; returns what is told of the second factor."""
    told = server.sign_in(name, device, **more).data
    assert told["factor_needed"] is True
    return told


def second_step(server: TestServer, device: TestDevice, attempt: str, kind: str, code: str) -> Answer:
    """Give a code, signed by a device."""
    signature = base64.b64encode(device.key.sign(f"factor\n{attempt}\n{kind}\n{code}".encode())).decode()
    return server.post(SECOND_STEP, {"attempt": attempt, "kind": kind, "code": code, "signature": signature})


def send(server: TestServer, device: TestDevice, attempt: str, kind: str) -> Answer:
    """Ask for a code by mail or SMS."""
    signature = base64.b64encode(device.key.sign(f"send\n{attempt}\n{kind}".encode())).decode()
    return server.post(f"{SECOND_STEP}/send", {"attempt": attempt, "kind": kind, "signature": signature})


def go_in(server: TestServer, name: str, kind: str, code: str, device: TestDevice | None = None) -> Answer:
    """Take both steps."""
    device = device or server.device()
    return second_step(server, device, half(server, name, device)["attempt"], kind, code)
