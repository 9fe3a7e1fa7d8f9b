"""Which dialogs of the desktop have fields to type into, read from the source: none may be forgotten."""

from __future__ import annotations

import ast
import re
from pathlib import Path

DESKTOP = Path(__file__).parents[2] / "desktop"
_INPUT = re.compile(r"\b\w*(?:Text|Note|Number|Minutes|Date|Time|Password|Amount|Lines|Code|Moment|Search)Field\(")


def dialogs_with_fields() -> set[str]:
    """The dialogs by area and class, such as `finance.ChargeDialog`, that make a field themselves."""
    found = set()
    for path in sorted(DESKTOP.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        for node in (one for one in ast.parse(source).body if isinstance(one, ast.ClassDef)):
            is_dialog = any("Dialog" in ast.unparse(base) for base in node.bases)
            if is_dialog and _INPUT.search(ast.get_source_segment(source, node) or ""):
                found.add(f"{path.relative_to(DESKTOP).parts[0]}.{node.name}")
    return found
