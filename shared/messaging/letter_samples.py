"""Values that stand in a letter's places where someone looks at a template: nobody's own."""

from shared.messaging.letter_kinds import LETTERS

_SAMPLES = {
    "institute": "KM Media Training Institute",
    "person": "Ama Mensah",
    "given_name": "Ama",
    "when": "Fri 20 Nov 2026, 08:30",
    "minutes": "30",
    "days": "14",
    "username": "ama.mensah",
    "role": "Instructor",
    "inviter": "Grace Owusu",
    "device": "LAB-07",
    "address": "41.66.0.10",
    "country": "Ghana",
    "reason": "The password was changed",
    "left": "7",
    "change": "An authenticator app was added",
    "title": "The office is closed on Monday",
    "message": "Monday is a public holiday. Classes go on on Tuesday.",
    "code": "000-000",
    "link": "https://institute.example/c/0000",
    "password": "sample-password",
    "short_name": "km-media",
    "number": "A-2026-0731",
    "course": "Web Development",
    "amount": "GHS 250.00",
    "paid_by": "Cash",
    "day": "2026-12-20",
    "receipt_code": "9F1C 2B40",
    "items": "Tuition, term 3: GHS 250.00, due 1 Dec 2026",
    "due_on": "1 Dec 2026",
}


def samples(word: str) -> dict[str, str]:
    """Return a value for each place of a letter."""
    return {name: _SAMPLES.get(name, name) for name in LETTERS[word].places}
