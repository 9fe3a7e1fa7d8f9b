"""Someone was anonymised: what every device is told of it, so that nothing of the person stays there."""

import re

KIND = "erasure"
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def ids_in(text: str) -> frozenset[str]:
    """Return all ids that stand in a text, such as a command as it is kept."""
    return frozenset(_ID.findall(text))
