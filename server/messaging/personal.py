"""What the tables of notices and letters keep of people."""

from server.core.personal_data import PersonalTable

PERSONAL = (
    PersonalTable("notice", own=("person_id",), ids=("link_id",), gone=True, kept=("title", "body")),
    PersonalTable(
        "delivery",
        own=("person_id",),
        gone=True,
        kept=("address", "places", "sealed", "reason", "provider_id"),
        secret=("sealed",),
    ),
    PersonalTable("delivery_attempt", via=(("delivery_id", "delivery"),), gone=True, kept=("reason",)),
    PersonalTable("letter_wish", own=("person_id",), gone=True, kept=("wishes",)),
    PersonalTable("message_block", kept=("address",)),
    PersonalTable(
        "message_channel",
        by={"changed_by": ""},
        kept=("settings", "sealed", "problem"),
        secret=("sealed", "report_digest"),
    ),
    PersonalTable("message_template", by={"changed_by": ""}, kept=("subject", "body")),
)
