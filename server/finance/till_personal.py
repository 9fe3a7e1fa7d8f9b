"""What the tables of the cash desk keep of people: numbers and amounts stay as the law asks, names and words go."""

from server.core.personal_data import PersonalTable, impersonal

PERSONAL = (
    PersonalTable(
        "till", ids=("device_id",), names=("asked_by", "approved_by"), kept=("name", "code", "certificate", "epoch")
    ),
    PersonalTable(
        "receipt", via=(("payment_id", "payment"),), ids=("till_id", "shift_id"), kept=("number", "digest", "signature")
    ),
    # `printed` also says where the receipt of several goes, until its letter was handed over.
    PersonalTable("receipt_text", own=("person_id",), blank=("payer", "words", "printed")),
    PersonalTable(
        "shift",
        by={"person_id": "cashier_name"},
        ids=("till_id",),
        kept=("denominations", "others", "explanation"),
    ),
    PersonalTable("cash_movement", by={"person_id": "person_name"}, ids=("shift_id",), kept=("reason",)),
    PersonalTable(
        "finance_request",
        own=("person_id",),
        by={"asked_by": "asked_by_name", "decided_by": "decided_by_name"},
        ids=("payment_id", "receipt_id", "shift_id"),
        blank=("reason", "decided_reason"),
        kept=("number",),
    ),
    *impersonal("receipt_key", "receipt_key_secret"),
)
