"""Notes in the log of changes about what isn't carried to desktops: templates, ways and single letters."""

from collections.abc import Mapping
from typing import Any

import orjson

from server.core import feeds
from server.core.auth import CurrentSignIn
from server.core.batch import Batch
from server.core.context import Context
from server.core.database import Db
from shared.core.clock import instant_text


def noted(context: Context, db: Db, known: CurrentSignIn, what: Mapping[str, Any]) -> None:
    """Write into the chain of changes who did what; `what` has a word for it under "what", and nothing secret."""
    now = instant_text(context.clock.now())
    batch = Batch(db, known.actor, known.origin, now, context.new_id)
    feeds.write(batch, [], orjson.dumps(dict(what)).decode())
