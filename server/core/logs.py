"""The server's log: one JSON object a line, with the request's number, rotated, secrets masked."""

import logging
import logging.handlers
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import orjson

from server.core.request_marks import request_id
from server.core.settings import Settings
from shared.core.clock import Clock, instant_text

_LEVELS = {"fatal": logging.CRITICAL}
_WORDS = {logging.CRITICAL: "fatal"}
_USUAL = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "color_message"}
_SECRETS = (
    (re.compile(r"(?i)(bearer\s+)[\w.~+/=-]+"), r"\1***"),
    (re.compile(r"(?i)(\w+(?:\+\w+)?://[^\s:/@]*:)[^\s@]+(@)"), r"\1***\2"),
    (
        re.compile(
            r"""(?ix)(["']?\b(?:\w*password|\w*secret|access_token|refresh_token|authorization|private_key|pepper)
            \b["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,;}&]+)"""
        ),
        r"\1***",
    ),
    (re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+"), "***"),
)


def masked(line: str) -> str:
    """Return `line` without passwords, tokens and the password in a database address."""
    for pattern, instead in _SECRETS:
        line = pattern.sub(instead, line)
    return line


class JsonLines(logging.Formatter):
    """One JSON object a line; what a caller sent can't start a line of its own, because JSON writes breaks as text."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": instant_text(self._clock.now()),
            "level": _WORDS.get(record.levelno, record.levelname.lower()),
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        if number := getattr(record, "request_id", "") or request_id():
            line["request_id"] = number
        line |= {name: value for name, value in record.__dict__.items() if name not in _USUAL and name not in line}
        if record.exc_info:
            line["fault"] = masked(self.formatException(record.exc_info))
        return orjson.dumps(line, default=lambda value: masked(str(value))).decode()


class _PrivateRotatingFile(logging.handlers.RotatingFileHandler):
    """A rotated file that only the server's own account can read."""

    def _open(self) -> Any:
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(handle, self.mode, encoding=self.encoding)


def start_logs(settings: Settings, clock: Clock, stream: TextIO | None = None) -> Callable[[], None]:
    """Send all log lines to the settings' file, or to `stream` (standard error); the answer undoes it."""
    handler: logging.Handler
    if settings.log_file is not None:
        Path(settings.log_file).parent.mkdir(parents=True, exist_ok=True)
        handler = _PrivateRotatingFile(
            settings.log_file, maxBytes=settings.log_max_bytes, backupCount=settings.log_files, encoding="utf-8"
        )
    else:
        handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(clock))
    root = logging.getLogger()
    before = root.level
    # Asking which revision the tables are at is nothing to write down.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    level = _LEVELS.get(settings.log_level, settings.log_level.upper())
    handler.setLevel(level)
    root.addHandler(handler)
    root.setLevel(level)

    def stop() -> None:
        root.removeHandler(handler)
        root.setLevel(before)
        handler.close()

    return stop
