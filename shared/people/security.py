"""The words of the security log: what it tells of, and why a sign-in ended."""

from enum import StrEnum


class SecurityKind(StrEnum):
    """What happened at the doors."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    LOCKED_OUT = "locked_out"
    UNLOCKED = "unlocked"
    SIGNED_OUT = "signed_out"
    SIGN_IN_ENDED = "sign_in_ended"
    SUSPICIOUS = "suspicious"
    ACCESS_DENIED = "access_denied"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a word, no secret
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a word, no secret
    FACTOR_CHANGED = "factor_changed"
    ROLES_CHANGED = "roles_changed"
    STATE_CHANGED = "state_changed"
    EXPORTED = "exported"
    DEVICE_LOST = "device_lost"
    DEVICE_FOUND = "device_found"
    DEVICE_WIPED = "device_wiped"
    WORK_DELIVERED = "work_delivered"


class EndReason(StrEnum):
    """Why a sign-in ended; what its device is told follows from it."""

    SIGNED_OUT = "signed_out"
    REPLACED = "replaced"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a word, no secret
    FACTOR_CHANGED = "factor_changed"
    SUSPENDED = "suspended"
    MERGED = "merged"
    TOKEN_REUSED = "token_reused"  # noqa: S105 - a word, no secret
    TOKEN_EXPIRED = "token_expired"  # noqa: S105 - a word, no secret
    DEVICE_LOST = "device_lost"
    TOO_MANY = "too_many"
    TOO_LONG = "too_long"
    BY_OWNER = "by_owner"
    BY_OFFICE = "by_office"
    MOVED_TOO_FAST = "moved_too_fast"
    MANY_ADDRESSES = "many_addresses"


SUSPICIOUS_ENDS = frozenset({EndReason.TOKEN_REUSED, EndReason.MOVED_TOO_FAST, EndReason.MANY_ADDRESSES})
"""Ends that somebody should look at."""
