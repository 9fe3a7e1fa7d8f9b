"""The words of courses, cohorts and enrolments, and the tones that states are shown in."""

from datetime import date

from shared.core.text import text
from shared.learning.vocabulary import CourseCategory, CourseMode, Difficulty, EnrolmentState

ENROLMENT_TONES = {
    "pending": ("info", "clock"),
    "active": ("ok", ""),
    "suspended": ("warn", ""),
    "completed": ("vio", ""),
    "dropped": ("neu", ""),
    "cancelled": ("neu", ""),
}
"""Tone and icon of an enrolment's badge."""


def enrolment_word(state: str) -> str:
    """Return an enrolment's state as badges print it."""
    words: dict[str, str] = {
        EnrolmentState.PENDING: text("To confirm"),
        EnrolmentState.ACTIVE: text("Active"),
        EnrolmentState.SUSPENDED: text("Suspended"),
        EnrolmentState.COMPLETED: text("Completed"),
        EnrolmentState.DROPPED: text("Dropped"),
        EnrolmentState.CANCELLED: text("Cancelled"),
    }
    return words.get(state, state)


def category_word(category: str) -> str:
    """Return a category's name."""
    words: dict[str, str] = {
        CourseCategory.PROGRAMMING: text("Programming"),
        CourseCategory.DESIGN: text("Design"),
        CourseCategory.BUSINESS: text("Business"),
        CourseCategory.MARKETING: text("Marketing"),
        CourseCategory.SCIENCE: text("Science"),
        CourseCategory.LANGUAGE: text("Language"),
        CourseCategory.MUSIC: text("Music"),
        CourseCategory.ART: text("Art"),
        CourseCategory.MEDIA: text("Media"),
        CourseCategory.OTHER: text("Other"),
    }
    return words.get(category, category)


def difficulty_word(difficulty: str) -> str:
    """Return a difficulty's name."""
    words: dict[str, str] = {
        Difficulty.BEGINNER: text("Beginner"),
        Difficulty.INTERMEDIATE: text("Intermediate"),
        Difficulty.ADVANCED: text("Advanced"),
    }
    return words.get(difficulty, difficulty)


def mode_word(mode: str) -> str:
    """Return where a course happens."""
    words: dict[str, str] = {
        CourseMode.ON_SITE: text("On site"),
        CourseMode.ONLINE: text("Online"),
        CourseMode.MIXED: text("Mixed"),
    }
    return words.get(mode, mode)


def span_words(starts_on: str | None, ends_on: str | None) -> str:
    """Return `7 Sep – 18 Dec 2026` for two days, one of them where the other isn't known, else an empty text."""
    first, last = read_day(starts_on), read_day(ends_on)
    if first and last:
        start = _day(first) if first.year != last.year else _short(first)
        return text("{first} – {last}", first=start, last=_day(last))
    if first:
        return text("from {day}", day=_day(first))
    return text("until {day}", day=_day(last)) if last else ""


def read_day(value: str | None) -> date | None:
    """Return the day of `YYYY-MM-DD`, None where it is none."""
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None


def _short(day: date) -> str:
    return text("{day} {month}", day=day.day, month=_months()[day.month - 1])


def _day(day: date) -> str:
    return text("{day} {month} {year}", day=day.day, month=_months()[day.month - 1], year=day.year)


def _months() -> tuple[str, ...]:
    first = (text("Jan"), text("Feb"), text("Mar"), text("Apr"), text("May"), text("Jun"))
    return (*first, text("Jul"), text("Aug"), text("Sep"), text("Oct"), text("Nov"), text("Dec"))
