"""Tells whoever brought a film in that it can't be read: it stays as it came, and only he or she can make it anew."""

import orjson

from server.core import feeds
from server.core.area import UnreadFilm
from server.core.context import Context
from server.core.database import Db
from server.messaging.service import NewNotice, notify
from server.people.own_work import server_batch
from shared.core.text import text

_BROUGHT_BY = """
SELECT person_id, max(name) FROM upload WHERE organisation_id = :o AND sha256 = :sha256 AND state = 'stored'
GROUP BY person_id ORDER BY person_id
"""


def tell_of_film(context: Context, db: Db, film: UnreadFilm) -> None:
    """Put a notice into the lists of those who brought a film in, once for each of them."""
    people = db.rows(_BROUGHT_BY, o=film.organisation_id, sha256=film.sha256)
    if not people:
        return
    batch = server_batch(context, db, film.organisation_id)
    words = text(
        "{why} Your file stays as it came, and others may not be able to play it. Play it to its end on the computer"
        " that made it; if that doesn't work, make it again and bring it in anew.",
        why=film.sentence,
    )
    told = [
        NewNotice(str(person_id), ("film", film.sha256), text("“{name}” may not play", name=name), words)
        for person_id, name in people
    ]
    if notify(batch, told):
        feeds.write(batch, [], orjson.dumps({"what": "film_unread", "sha256": film.sha256}).decode())
