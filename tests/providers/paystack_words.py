"""The envelopes of Paystack's answers."""

from typing import Any


def good(message: str, data: Any, **more: Any) -> tuple[int, dict[str, Any]]:
    """An answer that worked."""
    return 200, {"status": True, "message": message, "data": data, **more}


def bad(status: int, message: str, code: str = "") -> tuple[int, dict[str, Any]]:
    """An answer that refuses."""
    told = {
        "status": False,
        "message": message,
        "meta": {"nextStep": "Check"},
        "type": "validation_error",
        "code": code,
    }
    return status, told
