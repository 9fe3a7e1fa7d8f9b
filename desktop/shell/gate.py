"""The way in: everything that the sign-in page asks for, slow parts in its own calls so that they run in a worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from desktop.core.api_client import ApiClient
from desktop.core.area import StoreArea
from desktop.core.entry_calls import EntryCalls, Ways
from desktop.core.factor_api import FactorApi
from desktop.core.half_sign_in import HalfSignIn
from desktop.core.keychain import Keychain, open_keychain
from desktop.core.keys import SCRYPT_N
from desktop.core.offline_sign_in import SignInDesk
from desktop.core.profiles import Profile, Profiles
from desktop.core.retry import Pause
from desktop.core.set_up import SetUp
from desktop.core.set_up_calls import SetUpCalls, SetUpDraft
from desktop.core.settings import Server
from desktop.core.signed_in import SignedIn
from desktop.shell import server_contact
from desktop.shell.server_contact import Contact, MakeTransport, SamplePerson
from shared.core.clock import Clock
from shared.core.errors import CampusError
from shared.core.text import text


@dataclass(frozen=True)
class Reached:
    """What a server said of itself: whether it answers, the institute's name, and a sample's people."""

    server: Server
    connected: bool
    people: tuple[SamplePerson, ...] = ()
    ways: Ways = field(default_factory=Ways)
    waiting: bool = False
    """Whether the institute waits for being set up."""


@dataclass
class Gate:
    """Signs people in; `open_secrets` and `make_transport` are the real keychain and network unless a test says so."""

    folder: Path
    areas: Sequence[StoreArea]
    clock: Clock
    ids: Callable[[], str]
    pause: Pause
    device_name: str = "Desktop"
    open_secrets: Callable[[], Keychain] = open_keychain
    make_transport: MakeTransport = server_contact.transport_to
    meet: Callable[[str], Contact] = server_contact.meet
    scrypt_n: int = SCRYPT_N
    _keychain: Keychain | None = field(default=None, init=False)

    def warm_up(self) -> None:
        """Load what signing in needs while the person types: the HTTP library and the keychain."""
        import requests  # noqa: F401 - loaded for the first sign-in

        self.keychain()

    def keychain(self) -> Keychain:
        """Return the keychain, opened once."""
        if self._keychain is None:
            self._keychain = self.open_secrets()
        return self._keychain

    def known(self, server: Server | None) -> list[Profile]:
        """Return the people who have signed in here before, the last one first."""
        return Profiles(self.folder).all(server.url if server else None)

    def client(self, server: Server) -> ApiClient:
        """Return a client for a server, not signed in yet."""
        return ApiClient(self.make_transport(server), self.clock, self.pause)

    def reach(self, server: Server) -> Reached:
        """Ask a server whether it is there, what its institute is called, and for a sample's people.

        Raises CampusError `certificate_changed`.
        """
        transport = self.make_transport(server)
        if not server_contact.is_there(transport):
            return Reached(server, connected=False)
        people = tuple(server_contact.sample_people(transport))
        if not server.organisation and people:
            server = server.model_copy(update={"organisation": people[0].organisation})
        name = server_contact.institute(transport, server.organisation) if server.organisation else ""
        ways = server_contact.ways_in(transport, server.organisation) if server.organisation else Ways()
        known = server.model_copy(update={"name": name or server.name})
        # Whoever signed in here before proves that it is set up; nobody needs to ask again and again.
        waiting = bool(server.organisation) and not self.known(server)
        waiting = waiting and server_contact.waits_for_set_up(transport, server.organisation)
        return Reached(known, connected=True, people=people, ways=ways, waiting=waiting)

    def institute(self, server: Server, slug: str) -> Server:
        """Return the server with the institute of this short name; CampusError where it has none."""
        name = server_contact.institute(self.make_transport(server), slug)
        return server.model_copy(update={"organisation": slug.strip().lower(), "name": name})

    def sign_in(self, server: Server, name: str, password: str, *, keep: bool) -> SignedIn:
        """Sign in, online where the server answers and offline otherwise; CampusError with a sentence."""
        return self.desk().sign_in(server, name, password, keep=keep)

    def entry(self, server: Server) -> EntryCalls:
        """Return what somebody who isn't signed in asks of a server."""
        return EntryCalls(self.client(server), server.organisation, self.ids)

    def institute_set_up(self, server: Server) -> tuple[SetUpCalls, SetUpDraft]:
        """Return what sets an institute up from here, and what was typed for it before."""
        place = f"{server.url} {server.organisation}"
        return SetUpCalls(self.client(server), server.organisation), SetUpDraft(self.folder, place)

    def desk(self) -> SignInDesk:
        """Return what knows the people of this computer and lets them in."""
        return SignInDesk(
            folder=self.folder,
            keychain=self.keychain(),
            clock=self.clock,
            ids=self.ids,
            areas=self.areas,
            make_client=self.client,
            device_name=self.device_name,
            scrypt_n=self.scrypt_n,
        )

    def set_up(self, wanted: SetUp) -> Server:
        """Meet the server of an unattended set-up: its certificate is pinned by the fingerprint that came along.

        Raises CampusError, `fingerprint_differs` among them.
        """
        contact = self.meet(wanted.code)
        if wanted.fingerprint and not contact.compared:
            raise CampusError("fingerprint_differs", text("The server at {address} shows no certificate to compare.",
                                                          address=wanted.address))  # fmt: skip
        server = contact.server(wanted.institute)
        return self.institute(server, wanted.institute) if wanted.institute else server

    def factor_api(self, signed_in: SignedIn) -> FactorApi:
        """Return what adds second factors for somebody who is signed in."""
        return FactorApi(signed_in.client)

    def finish_factor(self, half: HalfSignIn, kind: str, code: str) -> SignedIn:
        """Go on with a code of the second factor; CampusError with the server's sentence."""
        return self.desk().finish_sign_in(half, kind, code)

    def change_password(self, signed_in: SignedIn, old: str, new: str) -> SignedIn:
        """Replace a password that had to be replaced; the new one then opens the store."""
        path = "/api/v1/auth/change-password"
        signed_in.client.write("POST", path, {"current": old, "new": new}, self.ids())
        self.desk().password_changed(signed_in, new)
        return signed_in
