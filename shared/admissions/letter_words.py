"""What the institute says to applicants where nobody wrote something else."""

from shared.admissions.vocabulary import EventKind
from shared.core.text import text


def usual_words(kind: EventKind, name: str, course: str, institute: str, when: str = "") -> str:
    """Return the usual message about what happened; empty where there is none."""
    if kind is EventKind.OFFERED:
        return text(
            "We are glad to offer you a place in {course}. The office of {institute} tells you what comes next.",
            course=course,
            institute=institute,
        )
    if kind is EventKind.DECLINED:
        return text(
            "Thank you for applying for {course}. We can't offer you a place this time. You can apply again.",
            course=course,
        )
    if kind is EventKind.WAITING_LIST:
        return text(
            "{course} is full at present. You are on the waiting list, and we write to you once a place is free.",
            course=course,
        )
    if kind is EventKind.INTERVIEW and when:
        return text("We invite you to an interview about {course}: {when}, at {institute}.",
                    course=course, when=when, institute=institute)  # fmt: skip
    if kind is EventKind.INTERVIEW:
        return text("Your interview about {course} doesn't take place at the time we told you.", course=course)
    return text("{name}, there is news about your application for {course}.", name=name, course=course)
