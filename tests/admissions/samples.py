"""A form and answers to it, for tests of both sides."""

FIELDS = [
    {"key": "field_1", "label": "Date of birth", "type": "date", "required": True, "help": ""},
    {"key": "field_2", "label": "Why this course", "type": "long_text", "required": False, "help": ""},
    {"key": "field_3", "label": "Level", "type": "choice", "required": True, "choices": ["Beginner", "Advanced"]},
]
STEPS = [{"key": "step_1", "title": "About you", "fields": FIELDS}]
DOCUMENTS = [
    {"key": "document_1", "title": "School certificate", "required": True, "help": ""},
    {"key": "document_2", "title": "Photo", "required": False, "help": ""},
]
CHECKS = [{"key": "check_1", "title": "Identity matches"}, {"key": "check_2", "title": "Certificate is genuine"}]
CHARGES = [{"key": "charge_1", "title": "Tuition", "amount": 250_000}]
CONTENT = {"steps": STEPS, "documents": DOCUMENTS, "checks": CHECKS, "charges": CHARGES}
SCAN = {"sha256": "ab" * 32, "name": "certificate.pdf", "bytes": 2000, "type": "pdf"}
ANSWERS = {"field_1": "2004-05-04", "field_3": "Beginner", "document_1": SCAN}
