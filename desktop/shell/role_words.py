"""What the built-in roles are called."""

from collections.abc import Sequence

from shared.core.text import text
from shared.people.vocabulary import Role


def role_words() -> dict[str, str]:
    """Return the names of the built-in roles."""
    return {
        Role.PLATFORM_ADMINISTRATOR: text("Platform administrator"),
        Role.ADMINISTRATOR: text("Administrator"),
        Role.REGISTRAR: text("Registrar"),
        Role.BURSAR: text("Bursar"),
        Role.CASHIER: text("Cashier"),
        Role.INSTRUCTOR: text("Instructor"),
        Role.ATTENDANCE_OFFICER: text("Attendance officer"),
        Role.AUDITOR: text("Auditor"),
        Role.STUDENT: text("Student"),
    }


def main_role(roles: Sequence[str]) -> str:
    """Return the name of the first of someone's roles, in the order of what they allow."""
    words = role_words()
    return next((word for role, word in words.items() if role in roles), roles[0] if roles else "")
