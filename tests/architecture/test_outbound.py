"""The ways out of the server: only these modules speak to anything over a network, and each to what it is named for."""

import ast

from tests.architecture.house import ROOT

NETWORK = frozenset({"requests", "urllib3", "smtplib", "socket", "http", "redis", "ftplib", "telnetlib", "imaplib"})
WAYS_OUT = {
    "server/core/cloudinary_store.py": "the store of files, from the settings",
    "server/core/fault_reports.py": "reports of faults, from the settings",
    "server/core/file_scan.py": "the virus scanner, from the settings",
    "server/core/own_names.py": "this machine's own names",
    "server/core/redis_link.py": "Redis, from the settings",
    "server/core/s3_store.py": "the store of files, from the settings",
    "server/finance/gateway_http.py": "payment gateways, at addresses in the program",
    "server/messaging/mail_sending.py": "the mail server that an administrator set up",
    "server/messaging/sms_sending.py": "the SMS provider, at an address in the program",
    "server/people/identity_outbound.py": "identity providers, checked and pinned",
    "server/people/identity_pinned.py": "identity providers, checked and pinned",
}
LISTENING = {"server/command_line/serve_command.py", "server/core/office_certificate.py"}
LISTENING |= {"server/core/served_certificate.py", "server/command_line/doctor_command.py"}
"""Modules that open a port or read a certificate, and ask nobody."""


def _imported(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").partition(".")[0])
    return found


def _speaking() -> set[str]:
    found = set()
    for path in sorted((ROOT / "server").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if _imported(ast.parse(text)) & NETWORK - {"http"} or "import http.client" in text:
            found.add(path.relative_to(ROOT).as_posix())
    return found


def test_nothing_else_speaks_to_the_network():
    assert _speaking() - WAYS_OUT.keys() - LISTENING == set()


def test_the_list_names_nothing_that_is_gone():
    assert {name for name in WAYS_OUT if not (ROOT / name).is_file()} == set()


def test_the_ways_out_are_written_down():
    told = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    words = ("identity_hosts", "Redis", "virus scanner", "mail server", "SMS provider", "store of files", "gateways")
    assert [word for word in words if word not in told.partition("## Ways out")[2].partition("\n## ")[0]] == []
