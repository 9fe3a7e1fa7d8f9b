"""What the core's own tables keep of people."""

from server.core.film_tables import FILM_COPY
from server.core.kept_tables import KEPT_ANSWER
from server.core.personal_data import ANY, PersonalTable, impersonal

PERSONAL = (
    PersonalTable(
        "command_log",
        by={"actor_id": ""},
        via=(("target_id", ANY),),
        listed=("detail",),
        ids=("device_id",),
        kept=("detail", "outcomes"),
        secret=("salt", "digest", "hash"),
    ),
    PersonalTable(
        "audit_link",
        own=("actor_id",),
        ids=("device_id",),
        blank=("address", "user_agent"),
        kept=("note",),
        secret=("digest", "chain"),
    ),
    PersonalTable("conflict", via=(("entity_id", ANY),), listed=("body",), kept=("body",)),
    PersonalTable("feed_row", via=(("entity_id", ANY),), listed=("entry",), kept=("entry",)),
    PersonalTable("quarantine", own=("person_id",), ids=("command_id", "device_id"), gone=True, blank=("content",)),
    PersonalTable("device", own=("person_id",), blank=("name",), kept=("escrow_secret",), secret=("escrow_secret",)),
    PersonalTable(KEPT_ANSWER.name, own=("person_id",), gone=True, kept=("answer",), secret=("digest", "content")),
    PersonalTable("upload", own=("person_id",), blank=("name", "sentence")),
    *impersonal("audit_checkpoint", "organisation", "feed_head", "server_state", "stored_file", "upload_link"),
    *impersonal(FILM_COPY.name, "job", "job_run"),
)
"""`command_log`, `conflict` and `feed_row` hold rows of all kinds, so erasure looks into them by itself."""
