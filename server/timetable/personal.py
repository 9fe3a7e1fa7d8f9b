"""What the tables of classes, rooms, kit and office hours keep of people."""

from server.core.database import Db
from server.core.personal_data import PersonalTable, impersonal
from shared.core.text import plural

_OUT = "SELECT count(*) FROM kit_loan WHERE organisation_id = :o AND person_id = :person_id AND state = 'out'"
PERSONAL = (
    PersonalTable("calendar_link", own=("person_id",), gone=True, kept=("subject",), secret=("token_hash",)),
    PersonalTable(
        "class_session",
        by={"instructor_id": "", "stand_in_id": "", "taught_by": ""},
        ids=("cohort_id", "series_id", "catches_up_id"),
        kept=("room", "title", "link", "credentials", "cancel_reason", "room_key"),
    ),
    PersonalTable(
        "session_series",
        by={"instructor_id": ""},
        ids=("cohort_id",),
        kept=("rule", "room", "title", "link", "credentials", "except_dates"),
    ),
    PersonalTable(
        "kit_booking", own=("person_id",), by={"person_id": "person_name"}, ids=("item_id",), blank=("purpose",)
    ),
    PersonalTable(
        "kit_loan",
        own=("person_id",),
        by={"person_id": "person_name"},
        names=("lent_by", "taken_by", "lifted_by"),
        ids=("item_id",),
        blank=("lifted_reason",),
        kept=("condition_out", "condition_in"),
    ),
    PersonalTable("kit_photo", own=("person_id",), ids=("loan_id",), gone=True, kept=("jpeg_base64",)),
    PersonalTable("live_visit", own=("person_id",), by={"person_id": "person_name"}, ids=("session_id", "cohort_id")),
    PersonalTable(
        "office_booking",
        own=("person_id",),
        by={"person_id": "person_name"},
        ids=("session_id", "cohort_id"),
        blank=("topic",),
    ),
    PersonalTable(
        "kit_item", ids=("loan_id",), kept=("name", "category", "room", "condition", "course_ids", "number_key")
    ),
    *impersonal("holiday", "room", "kit_policy"),
)


def kit_out(db: Db, organisation_id: str, person_id: str) -> list[str]:
    """Return why someone can't go yet: kit that he or she hasn't brought back."""
    row = db.one(_OUT, o=organisation_id, person_id=person_id)
    n = int(row[0]) if row else 0
    return [plural("{n} loan of kit isn't back yet.", "{n} loans of kit aren't back yet.", n)] if n else []
