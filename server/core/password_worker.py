"""The process that computes bcrypt: a program of its own at low priority, so that a sign-in never slows the others.

It reads lines `number check digest hash`, `number hash digest cost` or `number again digest hash` and answers
`number result`.
"""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import bcrypt

_LOW_PRIORITY = 15


def compute(words: list[bytes]) -> bytes:
    """Return `1` or `0` for a check, the hash for a hash or for one with the salt of another, `?` for what is none."""
    try:
        if words[0] == b"check":
            return b"1" if bcrypt.checkpw(words[1], words[2]) else b"0"
        if words[0] == b"hash":
            return bcrypt.hashpw(words[1], bcrypt.gensalt(int(words[2])))
        if words[0] == b"again":
            return bcrypt.hashpw(words[1], words[2])
    except (ValueError, IndexError):
        pass
    return b"?"


def main() -> None:
    """Serve until the input ends."""
    if hasattr(os, "nice"):
        os.nice(_LOW_PRIORITY)
    out = sys.stdout.buffer
    lock = threading.Lock()

    def work(number: bytes, words: list[bytes]) -> None:
        result = compute(words)
        with lock:
            out.write(number + b" " + result + b"\n")
            out.flush()

    # bcrypt lets the interpreter go while it computes; one core stays free for everybody else.
    with ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1)) as pool:
        for line in sys.stdin.buffer:
            number, *words = line.split()
            pool.submit(work, number, words)


if __name__ == "__main__":
    main()
