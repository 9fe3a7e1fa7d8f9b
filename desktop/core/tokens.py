"""The tokens of a sign-in, and when they are to be renewed."""

from datetime import datetime, timedelta

from pydantic import ConfigDict

from shared.core.clock import parse_instant
from shared.core.strict import StrictModel

_EARLY = timedelta(seconds=60)


class Tokens(StrictModel):
    """A short access token and the refresh token that renews it; times are instants."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    access_token: str
    access_expires_at: str
    refresh_token: str
    refresh_expires_at: str

    def is_stale(self, now: datetime) -> bool:
        """Tell whether the access token should be renewed before it is used."""
        return now + _EARLY >= parse_instant(self.access_expires_at)
