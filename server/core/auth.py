"""Who is asking: reads the access token, looks the sign-in up in one statement and hands out the actor."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request

from server.core.access import AccessBook
from server.core.batch import Origin
from server.core.database import Database, Db
from server.core.tokens import Claims, Tokens
from shared.core.actor import Actor
from shared.core.errors import CampusError
from shared.core.text import text

CLAIMS = "campusdesk.claims"
"""Where the outermost layer leaves the token's claims in the ASGI scope."""
_BEARER = "bearer "


@dataclass(frozen=True)
class CurrentSignIn:
    """The sign-in behind a request: actor, device, and what the audit keeps of the request."""

    actor: Actor
    sign_in_id: str
    device_id: str
    device_name: str
    install_epoch: int
    address: str | None = None
    user_agent: str | None = None

    @property
    def origin(self) -> Origin:
        """Where a batch of this request comes from."""
        return Origin(self.device_id, self.device_name, self.install_epoch, self.address, self.user_agent)


@dataclass(frozen=True)
class FoundSignIn:
    """What the look-up read; `refusal` is an error word where the sign-in is no longer good."""

    actor: Actor
    access_revision: int
    device_name: str
    install_epoch: int
    must_change_password: bool
    refusal: str | None = None
    last_address: str | None = None
    needs_factor: bool = False


SignInLookup = Callable[[Db, Claims], FoundSignIn | None]
Moved = Callable[[Claims, str, str], None]
"""Told of a sign-in that is used from another address than before, with the address and the user agent."""
Denied = Callable[[Claims, tuple[str, str], str, tuple[str | None, str | None]], None]
"""Told of each refusal (403) of a signed-in caller: claims, method and path, the error's word, address and agent."""


class Auth:
    """Answers who is asking. `current` is a dependency for endpoints that run in a thread.

    An endpoint on a hot path asks `within(db, request)` in its own read transaction instead.
    """

    def __init__(self, database: Database, tokens: Tokens, book: AccessBook, look_up: SignInLookup) -> None:
        self._database = database
        self._tokens = tokens
        self._book = book
        self._look_up = look_up
        self.on_moved: Moved | None = None
        self.on_denied: Denied | None = None

    def claims(self, authorization: str) -> Claims | None:
        """Return what the Authorization header's token says; None where there is none or it isn't ours."""
        if authorization[: len(_BEARER)].lower() != _BEARER:
            return None
        return self._tokens.read_access(authorization[len(_BEARER) :].strip())

    def current(self, request: Request) -> CurrentSignIn:
        """Return who is asking; raises CampusError where nobody is signed in, or the password must be changed first."""
        return self._asked(request, old_password_will_do=False)

    def current_with_old_password(self, request: Request) -> CurrentSignIn:
        """Return who is asking, also while a password must be changed or a factor added: for what is allowed then."""
        return self._asked(request, old_password_will_do=True)

    def _asked(self, request: Request, *, old_password_will_do: bool) -> CurrentSignIn:
        with self._database.read() as db:
            claims, found = self._found(db, request, old_password_will_do=old_password_will_do)
            current = self._current(db, request, claims, found)
        if self.on_moved is not None and current.address and current.address != found.last_address:
            self.on_moved(claims, current.address, current.user_agent or "")
        return current

    def within(self, db: Db, request: Request, *, old_password_will_do: bool = False) -> CurrentSignIn:
        """Return who is asking, read in the caller's transaction with one statement."""
        claims, found = self._found(db, request, old_password_will_do=old_password_will_do)
        return self._current(db, request, claims, found)

    def standing(self, db: Db, claims: Claims) -> Actor:
        """Return the actor of a sign-in as it is now: for what it made earlier, such as a link to a file.

        Raises CampusError where the sign-in has ended, or the password must be changed or a factor added first.
        """
        found = self._look_up(db, claims)
        if found is None or found.refusal or found.must_change_password or found.needs_factor:
            raise sign_in_refused(found.refusal if found and found.refusal else "signed_out")
        return self._book.actor_for(db, found.actor, found.access_revision)

    def _found(self, db: Db, request: Request, *, old_password_will_do: bool) -> tuple[Claims, FoundSignIn]:
        claims = self._usable_claims(request)
        found = self._look_up(db, claims)
        if found is None or found.refusal:
            raise sign_in_refused(found.refusal if found and found.refusal else "signed_out")
        if found.must_change_password and not old_password_will_do:
            raise CampusError("password_change_needed", text("Choose a password of your own first."))
        if found.needs_factor and not old_password_will_do:
            raise CampusError("factor_enrolment_needed", text("Add a second factor first. Your role asks for one."))
        return claims, found

    def _current(self, db: Db, request: Request, claims: Claims, found: FoundSignIn) -> CurrentSignIn:
        return CurrentSignIn(
            actor=self._book.actor_for(db, found.actor, found.access_revision),
            sign_in_id=claims.sign_in_id,
            device_id=claims.device_id,
            device_name=found.device_name,
            install_epoch=found.install_epoch,
            address=request.client.host if request.client else None,
            user_agent=request.headers.get("user-agent"),
        )

    def _usable_claims(self, request: Request) -> Claims:
        authorization = request.headers.get("authorization", "")
        if not authorization:
            raise CampusError("not_signed_in", text("Sign in first."))
        claims = request.scope.get(CLAIMS) or self.claims(authorization)
        if not isinstance(claims, Claims):
            raise sign_in_refused("token_invalid")
        if claims.expired:
            raise sign_in_refused("token_expired")
        return claims


def sign_in_refused(word: str) -> CampusError:
    """Return the error for a sign-in that is over, by an error word or by the reason why it ended."""
    sentences = {
        "token_expired": text("The sign-in has run out. It is renewed by itself when the server is reached."),
        "token_invalid": text("The sign-in isn't one of this server. Sign in again. Your work is kept here."),
        "token_reused": text("This sign-in was used from two places and has been ended. Sign in again."),
        "suspended": text("Your access is suspended. Ask the office. Your work is kept on this computer."),
        "signed_out": text("This sign-in has been ended. Sign in again. Your work is kept on this computer."),
        "organisation_suspended": text(
            "The institute is suspended on this server. Ask its office. Your work is kept on this computer."
        ),
        "device_lost": text("The office has marked this computer as lost. Ask the office."),
    }
    if word in sentences:
        return CampusError(word, sentences[word])
    return CampusError("signed_out", _why_ended(word) or sentences["signed_out"], {"reason": word})


def _why_ended(reason: str) -> str | None:
    return {
        "replaced": text("Someone signed in on this computer again, so this sign-in has been ended."),
        "password_changed": text("The password was changed, so sign in again. Your work is kept on this computer."),
        "factor_changed": text("The second factor was changed, so sign in again. Your work is kept on this computer."),
        "too_many": text(
            "You signed in on more computers than the institute allows at once, so the oldest sign-in, here, was"
            " ended. Sign in again. Your work is kept on this computer."
        ),
        "too_long": text("This sign-in has lasted as long as any may. Sign in again. Your work is kept here."),
        "by_owner": text("You ended this sign-in from another one. Sign in again. Your work is kept on this computer."),
        "by_office": text("The office ended this sign-in. Sign in again. Your work is kept on this computer."),
        "merged": text("Your entry was put together with another one of yours. Sign in with that one."),
        "moved_too_fast": text(
            "This sign-in was used in two countries within a short time and has been ended. Sign in again."
        ),
        "many_addresses": text(
            "This sign-in was used from many addresses within a short time and has been ended. Sign in again."
        ),
    }.get(reason)
