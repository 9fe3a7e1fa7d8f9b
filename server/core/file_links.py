"""Links that open one stored file for a short while without a sign-in: for the system's browser and for a CDN."""

import base64
import hmac
from dataclasses import dataclass
from datetime import timedelta

import orjson

from server.core.file_answers import named
from server.core.file_rights import StoredFile
from server.core.file_store import FileStore
from server.core.keys import Keys
from server.core.settings import Settings
from server.core.tokens import Claims
from shared.core.clock import Clock, instant_text
from shared.core.errors import CampusError
from shared.core.text import text

PATH = "/api/v1/file-links"
_SIGNATURE_BYTES = 32
_MOST_LETTERS = 800


@dataclass(frozen=True)
class Link:
    """What a link opens, for whom, and until when in seconds since 1970."""

    claims: Claims
    sha256: str
    until: int


class FileLinks:
    """Makes links and reads them back. What a link says is signed, and isn't secret but for the signature."""

    def __init__(self, settings: Settings, keys: Keys, clock: Clock, store: FileStore) -> None:
        self._settings, self._clock, self._store = settings, clock, store
        # A key of its own: nothing that is signed for another purpose passes for a link.
        self._key = hmac.digest(keys.access_token, b"links to stored files", "sha256")

    def made(self, claims: Claims, file: StoredFile) -> dict[str, str]:
        """Return the address of a file that `claims` may have (that was asked before), and when it ends.

        The address begins with "/" where this server itself gives the file out.
        """
        life = timedelta(seconds=self._settings.file_link_seconds)
        ends = self._clock.now() + life
        url = self._store.link(file.organisation_id, file.place, life, named(file))
        if url is None:
            link = Link(claims, file.sha256, int(ends.timestamp()))
            url = f"{self._settings.files_cdn_url}{PATH}/{self._signed(link)}"
        return {"url": url, "expires_at": instant_text(ends)}

    def _signed(self, link: Link) -> str:
        who = link.claims
        said = [who.organisation_id, who.person_id, who.sign_in_id, who.device_id, link.sha256, link.until]
        packed = orjson.dumps(said)
        proof = hmac.digest(self._key, packed, "sha256")
        return base64.urlsafe_b64encode(proof + packed).decode().rstrip("=")

    def read(self, ticket: str) -> Link:
        """Return what a link says. Raises CampusError `file_link_invalid`, `link_over` once its time has run out."""
        try:
            whole = base64.b64decode(f"{ticket}{'=' * (-len(ticket) % 4)}", altchars=b"-_", validate=True)
        except ValueError:
            whole = b""
        proof, packed = whole[:_SIGNATURE_BYTES], whole[_SIGNATURE_BYTES:]
        wanted = hmac.digest(self._key, packed, "sha256")
        if len(ticket) > _MOST_LETTERS or not hmac.compare_digest(proof, wanted) or self._unlike(ticket, whole):
            raise CampusError("file_link_invalid", text("This link isn't one of this server. Open the file again."))
        organisation_id, person_id, sign_in_id, device_id, sha256, until = orjson.loads(packed)
        if until <= self._clock.now().timestamp():
            raise CampusError("link_over", text("The time of this link has run out. Open the file again."))
        return Link(Claims(organisation_id, person_id, sign_in_id, device_id, ()), sha256, until)

    @staticmethod
    def _unlike(ticket: str, whole: bytes) -> bool:
        """Tell whether a ticket is written otherwise than we do: its last letter has bits that count for nothing."""
        return base64.urlsafe_b64encode(whole).decode().rstrip("=") != ticket

    def seconds_left(self, link: Link) -> int:
        """Return for how long a link still opens."""
        return max(0, link.until - int(self._clock.now().timestamp()))
