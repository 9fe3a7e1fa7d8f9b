"""Signing in at this computer: online when the server answers, else by the password that opens the local store."""

import base64
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.core import keys as store_keys
from desktop.core import signed_in
from desktop.core.api_client import ApiClient
from desktop.core.api_errors import ApiError, Sort
from desktop.core.device_key import DeviceKey, device_key
from desktop.core.disk import Disk
from desktop.core.half_sign_in import FactorNeededError, HalfSignIn
from desktop.core.key_file import KeyFile
from desktop.core.keychain import Keychain
from desktop.core.keys import Keys
from desktop.core.local_store import Identity
from desktop.core.messages import FactorAsked, SignInAnswer
from desktop.core.profiles import Profile, Profiles
from desktop.core.rescue import open_or_rescue
from desktop.core.sealed_outbox import Owner
from desktop.core.settings import Server
from desktop.core.signed_in import LeaseGuard, SignedIn
from desktop.core.store_area import StoreArea
from desktop.core.store_file import REAL_DISK
from desktop.core.store_lock import StoreLock
from desktop.core.tokens import Tokens
from shared.core.actor import Actor
from shared.core.clock import Clock, instant_text
from shared.core.errors import CampusError
from shared.core.text import text

STORE_NAME = "campusdesk.store"
_MAY_GO_OFFLINE = {Sort.NETWORK, Sort.SERVER, Sort.UNKNOWN}


@dataclass(frozen=True)
class _Entering:
    """What came before the server's whole answer."""

    server: Server
    name: str
    password: str | None = field(repr=False)
    client: ApiClient
    key: DeviceKey
    known: Profile | None


@dataclass(frozen=True)
class SignInDesk:
    """Everything that signing in needs; one for the program. `make_client(server)` gives a client not signed in."""

    folder: Path
    keychain: Keychain
    clock: Clock
    ids: Callable[[], str]
    areas: Sequence[StoreArea]
    make_client: Callable[[Server], ApiClient]
    device_name: str = "Desktop"
    disk: Disk = REAL_DISK
    scrypt_n: int = store_keys.SCRYPT_N
    random_bytes: Callable[[int], bytes] = field(default=os.urandom)

    @property
    def profiles(self) -> Profiles:
        """The people known on this computer."""
        return Profiles(self.folder)

    def sign_in(self, server: Server, name: str, password: str, *, keep: bool = False) -> SignedIn:
        """Sign in online, or offline where the server can't be reached and the person is known here.

        Raises CampusError: those of `sign_in_online` and `sign_in_offline`; `first_sign_in_needs_network` when there
        is no network and no store of that person.
        """
        try:
            return self.sign_in_online(server, name, password, keep=keep)
        except ApiError as problem:
            if problem.sort not in _MAY_GO_OFFLINE or problem.status == 429:
                raise
            if self.profiles.find(server.url, server.organisation, name) is None:
                raise _first_needs_network(problem) from problem
        return self.sign_in_offline(server, name, password)

    def sign_in_online(self, server: Server, name: str, password: str, *, keep: bool = False) -> SignedIn:
        """Sign in at the server and open (or make) the store; ApiError with the server's sentence when it refuses.

        Raises FactorNeededError where a second factor is asked for; `finish_sign_in` goes on with what it holds.
        """
        client = self.make_client(server)
        known = self.profiles.find(server.url, server.organisation, name)
        device_id = known.device_id if known else self.ids()
        try:
            answer, key = self._ask(client, server, name, password, keep, device_id)
        except ApiError as problem:
            if known is None or problem.code != "device_of_another":
                raise
            # The name was somebody else's when it was last used here: that store stays his or hers.
            known, device_id = None, self.ids()
            answer, key = self._ask(client, server, name, password, keep, device_id)
        other = self.profiles.person(server.url, _person_of(answer))
        if other is not None and other.device_id != device_id:
            # The same person under another name: the store that is here belongs to the device registered first.
            answer, key = self._ask(client, server, name, password, keep, other.device_id)
        if isinstance(answer, FactorAsked):
            raise FactorNeededError(HalfSignIn(server, name, password, client, key, other or known, answer))
        return self._enter(_Entering(server, name, password, client, key, other or known), answer)

    def sign_in_with_ticket(self, server: Server, person_id: str, ticket: str, *, keep: bool = False) -> SignedIn:
        """Sign in somebody for whom an identity provider vouched, and open (or make) his or her store.

        The store stays locked under the password that it had; one made now opens by way of the server alone, until
        its person signs in with a password here. Raises FactorNeededError, ApiError.
        """
        client, known = self.make_client(server), self.profiles.person(server.url, person_id)
        device_id = known.device_id if known else self.ids()
        key = device_key(self.keychain, device_id)
        device = {"id": device_id, "name": self.device_name, "public_key": key.public, "install_epoch": 1}
        body = {"organisation": server.organisation, "ticket": ticket, "keep": keep, "device": device}
        answer = client.enter_with_ticket(body)
        name = known.names[0] if known and known.names else ""
        if isinstance(answer, FactorAsked):
            raise FactorNeededError(HalfSignIn(server, name, None, client, key, known, answer))
        return self._enter(_Entering(server, name, None, client, key, known), answer)

    def finish_sign_in(self, half: HalfSignIn, kind: str, code: str) -> SignedIn:
        """Go on with a code of the second factor, and open (or make) the store; ApiError as the server refuses."""
        answer = half.finish(kind, code)
        return self._enter(_Entering(half.server, half.name, half.password, half.client, half.key, half.known), answer)

    def _enter(self, entering: "_Entering", answer: SignInAnswer) -> SignedIn:
        password, client = entering.password, entering.client
        name = entering.name or answer.person.number or answer.person.name
        profile = self._profile(entering.server, answer, name, entering.known)
        keys = self._keys(profile)
        lock = StoreLock(keys.folder)
        keys.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock.acquire()
        try:
            store_key, notes = self._store_key(keys, answer, password)
            opened = self._open(keys, store_key, profile, client, lock, online=True, answer=answer)
        except BaseException:
            lock.release()
            raise
        self.profiles.put(profile, owns=name)
        self._keep(opened, answer, entering.key)
        opened.notes = (*notes, *opened.notes)
        return opened

    def sign_in_offline(self, server: Server, name: str, password: str) -> SignedIn:
        """Open the store of someone known here with the password, without the server.

        Raises CampusError `first_sign_in_needs_network`, `password_wrong`, `wait_before_retry`,
        `locked_until_online`, `clock_set_back`, `keychain_missing`, `store_busy`.
        """
        profile = self.profiles.find(server.url, server.organisation, name)
        if profile is None:
            raise _first_needs_network()
        keys = self._keys(profile)
        lock = StoreLock(keys.folder)
        lock.acquire()
        try:
            store_key = keys.open_with_password(password)
            client = self.make_client(server)
            opened = self._open(keys, store_key, profile, client, lock, online=False)
        except BaseException:
            lock.release()
            raise
        tokens = opened.store.recall(signed_in.TOKENS)
        key = device_key(self.keychain, profile.device_id, opened.store.recall(signed_in.DEVICE_KEY))
        client.use(Tokens.model_validate(tokens) if tokens else None, profile.device_id, key)
        return opened

    def sign_in_again(self, opened: SignedIn, server: Server, password: str) -> None:
        """Renew a sign-in that has ended, with the store open and work in it; ApiError when the server refuses.

        Raises CampusError `another_person` when the name belongs to someone else by now.
        """
        name = opened.profile.names[0]
        try:
            answer, key = self._ask(opened.client, server, name, password, False, opened.profile.device_id)
        except ApiError as problem:
            if problem.code == "device_of_another":
                raise _another_person() from problem
            raise
        if _person_of(answer) != opened.profile.person_id:
            raise _another_person()
        if isinstance(answer, FactorAsked):
            raise FactorNeededError(HalfSignIn(server, name, password, opened.client, key, opened.profile, answer))
        self._renew(opened, answer, key, password)

    def finish_again(self, opened: SignedIn, half: HalfSignIn, kind: str, code: str) -> None:
        """Go on with a code after `sign_in_again` asked for a second factor."""
        self._renew(opened, half.finish(kind, code), half.key, half.password)

    def _renew(self, opened: SignedIn, answer: SignInAnswer, key: DeviceKey, password: str | None) -> None:
        opened.keys.open_with_escrow(base64.b64decode(answer.device.escrow_secret), password)
        self._keep(opened, answer, key)
        opened.actor, opened.online = answer.actor, True

    def password_changed(self, opened: SignedIn, new: str) -> None:
        """Lock the open store under a password that the server took just now; the sign-in goes on."""
        answer = opened.client.refresh()
        opened.keys.open_with_escrow(base64.b64decode(answer.device.escrow_secret), new)
        opened.must_change_password = answer.must_change_password

    # ---------------------------------------------------------------------------------------------------- inside

    def _ask(
        self, client: ApiClient, server: Server, name: str, password: str, keep: bool, device_id: str
    ) -> tuple[SignInAnswer | FactorAsked, DeviceKey]:
        key, signed_at = device_key(self.keychain, device_id), instant_text(self.clock.now())
        answer = client.sign_in(
            {
                "organisation": server.organisation,
                "name": name.strip(),
                "password": password,
                "keep": keep,
                "device": {
                    "id": device_id,
                    "name": self.device_name,
                    "public_key": key.public,
                    "install_epoch": 1,
                    "signed_at": signed_at,
                    "signature": key.sign(f"sign-in\n{device_id}\n{signed_at}"),
                },
            }
        )
        return answer, key

    def _profile(self, server: Server, answer: SignInAnswer, name: str, known: Profile | None) -> Profile:
        names = {*(known.names if known else ()), name.strip().casefold()}
        folder = known.folder if known else f"stores/{answer.device.id}"
        return Profile(
            server=server.url,
            organisation=server.organisation,
            organisation_name=answer.organisation.name,
            person_id=answer.person.id,
            device_id=answer.device.id,
            name=answer.person.name,
            number=answer.person.number,
            roles=answer.person.roles,
            names=tuple(sorted(names)),
            folder=folder,
            last_at=instant_text(self.clock.now()),
        )

    def _keys(self, profile: Profile) -> Keys:
        folder = self.folder / profile.folder
        return Keys(folder, self.keychain, self.clock, self.random_bytes, self.scrypt_n)

    def _store_key(self, keys: Keys, answer: SignInAnswer, password: str | None) -> tuple[bytes, tuple[str, ...]]:
        """Return the store key: released by the server, else opened by the password, else that of a store made anew."""
        says_so = (keys.says_so,) if keys.says_so else ()
        escrow = base64.b64decode(answer.device.escrow_secret)
        file = KeyFile(device_id=answer.device.id, person_id=answer.person.id, organisation_id=answer.organisation.id)
        if keys.file() is None:
            note = self._put_aside(keys) if (keys.folder / STORE_NAME).exists() else None
            return keys.create(file, self._or_random(password), escrow), (*says_so, note) if note else says_so
        try:
            return keys.open_with_escrow(escrow, password), says_so
        except CampusError as problem:
            if problem.code != "escrow_refused" or password is None:
                raise  # the password that the store was made with still opens it
        try:
            key = keys.open_with_password(password)
        except CampusError:
            note = self._put_aside(keys)
            return keys.create(file, password, escrow), (*says_so, note)
        keys.wrap_for_escrow(escrow, key)
        return key, says_so

    def _or_random(self, password: str | None) -> str:
        """Return a password that nobody knows where there is none: an empty one would be one that everybody knows."""
        return password if password is not None else self.random_bytes(32).hex()

    def _put_aside(self, keys: Keys) -> str:
        aside = keys.folder / f"unreadable-{self.clock.now():%Y%m%dT%H%M%S}"
        aside.mkdir()
        for entry in list(keys.folder.iterdir()):
            if entry.is_file() and entry.name != "store.lock":
                entry.replace(aside / entry.name)
        return text(
            "The key to your earlier work on this computer is gone, so a new copy is fetched. What you had not sent is"
            " still on the disk; the office can recover it from {folder}.",
            folder=aside,
        )

    def _open(
        self,
        keys: Keys,
        store_key: bytes,
        profile: Profile,
        client: ApiClient,
        lock: StoreLock,
        *,
        online: bool,
        answer: SignInAnswer | None = None,
    ) -> SignedIn:
        file = keys.file()
        if answer is not None:
            keys.update(
                institute_key=answer.institute_public_key or "",
                server_key=answer.lease_public_key,
                install_epoch=answer.device.install_epoch,
            )
            file = keys.file()
        institute = base64.b64decode(file.institute_key) if file and file.institute_key else None
        owner = Owner(file.organisation_id if file else "", profile.person_id, profile.device_id)
        identity = Identity(owner, file.install_epoch if file else 1, institute)
        path = keys.folder / STORE_NAME
        store, rescued = open_or_rescue(path, store_key, identity, self.areas, self.clock, self.ids, self.disk)
        guard = LeaseGuard(store, keys, self.clock, profile.person_id, profile.device_id)
        store.guard = guard
        actor = answer.actor if answer else Actor.model_validate(store.recall(signed_in.ACTOR) or _bare(profile, owner))
        client.on_tokens = lambda tokens: store.remember(signed_in.TOKENS, tokens.model_dump())
        notes = ((rescued.sentence if online else rescued.offline_sentence),) if rescued else ()
        opened = SignedIn(store, actor, profile, client, keys, lock, online, notes, on_close=guard.mark)
        client.on_answer = opened.renewed
        return opened

    def _keep(self, opened: SignedIn, answer: SignInAnswer, key: DeviceKey) -> None:
        """Keep in the store what an offline sign-in needs; the store is encrypted, so tokens may lie there."""
        tokens = Tokens.model_validate(answer.model_dump())
        opened.renewed(answer)
        opened.store.remember(signed_in.TOKENS, tokens.model_dump())
        if not self.keychain.is_lasting:
            opened.store.remember(signed_in.DEVICE_KEY, key.packed)
        opened.client.use(tokens, opened.profile.device_id, key)
        opened.must_change_password = answer.must_change_password
        opened.needs_factor = answer.factor_enrolment_needed
        opened.password_min_length = answer.password_min_length


def _person_of(answer: SignInAnswer | FactorAsked) -> str:
    return answer.person_id if isinstance(answer, FactorAsked) else answer.person.id


def _bare(profile: Profile, owner: Owner) -> dict[str, Any]:
    # A store that was just rescued forgot who its owner is; until the next refresh nothing but reading is allowed.
    return {"person_id": profile.person_id, "organisation_id": owner.organisation_id, "name": profile.name}


def _another_person() -> CampusError:
    return CampusError(
        "another_person",
        text("This name belongs to someone else now. Close the program and sign in with your own."),
    )


def _first_needs_network(cause: CampusError | None = None) -> CampusError:
    return CampusError(
        "first_sign_in_needs_network",
        text("The first sign-in on this computer needs the network, and the server can't be reached. Connect it."),
        {"cause": cause.code} if cause else None,
    )
