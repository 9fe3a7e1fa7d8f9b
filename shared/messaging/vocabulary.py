"""The words of notices: what they are about, and how much they press."""

from enum import StrEnum

NOTICE = "notice"


class NoticeCategory(StrEnum):
    """What a notice is about."""

    SYSTEM = "system"
    COURSE = "course"
    PAYMENT = "payment"
    ANNOUNCEMENT = "announcement"
    SUPPORT = "support"


class NoticePriority(StrEnum):
    """How much a notice presses."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    URGENT = "urgent"
