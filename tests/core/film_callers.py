"""What tests of films share: bringing one in, what is told of its copies, and what lies in the store unasked."""

from server.core import film_copies as book
from server.core.file_store import FolderStore
from server.core.isolation import acting_for
from tests.core.uploads import sha


def bring(trial, caller, name, content):
    """Bring a file in that its bringer may read."""
    answer = caller.bring(name, content)
    assert answer.status == 204, answer.body
    trial.readers[sha(content)] = {caller.person_id}
    return sha(content)


def copies(caller, sha256):
    """By quality: the state of a film's copy, and why there is none."""
    found = caller.ask("GET", f"/api/v1/files/{sha256}/copies").data["copies"]
    return {one["quality"]: one for one in found}


def ends(caller, sha256):
    with acting_for(caller.server.organisation_id), caller.server.context.database.read() as db:
        return {
            str(one.quality): one.reason or one.state
            for one in book.copies_of(db, caller.server.organisation_id, sha256)
        }


def notices(server, person_id):
    ask = "SELECT title, body FROM notice WHERE organisation_id = :o AND person_id = :p"
    with acting_for(server.organisation_id), server.context.database.read() as db:
        return [tuple(row) for row in db.rows(ask, o=server.organisation_id, p=person_id)]


def planted(caller, content, kind):
    """A file in the store as if it had passed for a film."""
    server = caller.server
    folder = server.settings.data_dir / "planted"
    folder.mkdir(exist_ok=True)
    place = folder / sha(content)
    place.write_bytes(content)
    FolderStore(server.settings.files_path / "stored").put(server.organisation_id, sha(content), place)
    row = (
        "INSERT INTO stored_file (organisation_id, sha256, kind, bytes, stored_at)"
        " VALUES (:o, :s, :k, :b, '2026-11-20T08:00:00.000Z')"
    )
    with acting_for(server.organisation_id):
        server.context.database.write(
            lambda db: db.run(row, o=server.organisation_id, s=sha(content), k=kind, b=len(content))
        )
    return sha(content)
