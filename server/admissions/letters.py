"""The mails of admissions: what reviewers decided or wrote goes out by itself, each once."""

from server.core.area import Job
from server.core.context import Context
from server.core.database import Db
from server.core.isolation import DirectorySql
from server.core.letters import Channel, Letter
from shared.admissions.letter_words import usual_words
from shared.admissions.vocabulary import EventKind

EVERY_SECONDS = 20.0
_INSTITUTES = DirectorySql("SELECT id, name FROM {directory} d ORDER BY id")
_WAITING = """
SELECT e.id, e.letter, e.kind, e.words, e.person_id, a.email, a.number, a.name, c.title
FROM application_event e
JOIN application a ON a.organisation_id = e.organisation_id AND a.id = e.application_id
JOIN course c ON c.organisation_id = a.organisation_id AND c.id = a.course_id
WHERE e.organisation_id = :organisation_id AND e.letter <> '' ORDER BY e.at, e.id LIMIT 200
"""
_ANY = "SELECT 1 FROM application_event WHERE organisation_id = :organisation_id AND letter <> '' LIMIT 1"
_DONE = "UPDATE application_event SET letter = '' WHERE organisation_id = :organisation_id AND id = :id"


def post_letters(context: Context) -> int:
    """Hand over every letter that waits."""
    with context.database.read() as db:
        institutes = [(str(row[0]), str(row[1])) for row in db.rows(_INSTITUTES)]
    return sum(_post_in(context, organisation_id, name) for organisation_id, name in institutes)


def _post_in(context: Context, organisation_id: str, institute: str) -> int:
    with context.database.read() as db:
        if db.one(_ANY, organisation_id=organisation_id) is None:
            return 0
    return context.database.write(lambda db: _post(context, db, organisation_id, institute))


def _post(context: Context, db: Db, organisation_id: str, institute: str) -> int:
    rows = db.rows(_WAITING, organisation_id=organisation_id)
    for event_id, letter, kind, words, person_id, email, number, name, course in rows:
        said = words or usual_words(EventKind(kind), name, course, institute)
        values = {"message": said, "number": number, "course": course}
        if email:
            key = f"application:{event_id}"
            context.post(db, Letter(organisation_id, Channel.MAIL, letter, key, person_id, to=email, values=values))
        db.run(_DONE, organisation_id=organisation_id, id=event_id)
    return len(rows)


JOB = Job("application letters", EVERY_SECONDS, post_letters)
