"""Signs addresses of an S3 bucket that bind the headers sent along (AWS signature 4 in the query).

The library that the store is asked with binds the host alone, so that anything of any size could come by its links.
Source: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters".
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"
_UNSIGNED = "UNSIGNED-PAYLOAD"


@dataclass(frozen=True)
class Signer:
    """Whose key signs, and for which region."""

    access_key: str
    secret_key: str
    region: str

    def signed(self, method: str, url: str, headers: Mapping[str, str], life: timedelta, now: datetime) -> str:
        """Return `url`, which has no query, with one that opens it for `life` with exactly these `headers`."""
        parts = urlsplit(url)
        when = now.strftime("%Y%m%dT%H%M%SZ")
        scope = f"{when[:8]}/{self.region}/s3/aws4_request"
        bound = {"host": parts.netloc, **{name.lower(): value for name, value in headers.items()}}
        names = ";".join(sorted(bound))
        told = {
            "X-Amz-Algorithm": _ALGORITHM,
            "X-Amz-Credential": f"{self.access_key}/{scope}",
            "X-Amz-Date": when,
            "X-Amz-Expires": str(int(life.total_seconds())),
            "X-Amz-SignedHeaders": names,
        }
        query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in sorted(told.items()))
        lines = "".join(f"{name}:{' '.join(bound[name].split())}\n" for name in sorted(bound))
        asked = f"{method}\n{parts.path}\n{query}\n{lines}\n{names}\n{_UNSIGNED}"
        digest = hashlib.sha256(asked.encode()).hexdigest()
        proof = hmac.digest(self._key(when[:8]), f"{_ALGORITHM}\n{when}\n{scope}\n{digest}".encode(), "sha256").hex()
        return f"{url}?{query}&X-Amz-Signature={proof}"

    def _key(self, day: str) -> bytes:
        key = f"AWS4{self.secret_key}".encode()
        for part in (day, self.region, "s3", "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        return key


def _quoted(value: str) -> str:
    return quote(value, safe="-_.~")
