"""Events as somebody would send them who has no key: altered, shortened, or signed by another one."""

import hashlib
import hmac
import random
from collections.abc import Iterator

Sent = tuple[dict[str, str], bytes]
_WAYS = 8


def forgeries(headers: dict[str, str], body: bytes, number: int, seed: int = 1) -> Iterator[Sent]:
    """Yield `number` forged or altered events made from a genuine one; the same for the same seed."""
    chance = random.Random(seed)
    name = next(one for one in headers if "signature" in one)
    for at in range(number):
        yield _forged(headers, body, name, at % _WAYS, chance)


def _forged(headers: dict[str, str], body: bytes, name: str, way: int, chance: random.Random) -> Sent:
    place = chance.randrange(len(body))
    signature = headers[name]
    digest = hashlib.sha512 if len(signature) > 64 else hashlib.sha256
    other = chance.randbytes(16)
    match way:
        case 0:  # a byte of it is another one
            return headers, body[:place] + bytes([body[place] ^ (1 << chance.randrange(8))]) + body[place + 1 :]
        case 1:  # a byte is missing
            return headers, body[:place] + body[place + 1 :]
        case 2:  # a space more, which no reader of JSON sees
            return headers, body + b" "
        case 3:  # signed by another key
            return {**headers, name: hmac.new(other, body, digest).hexdigest()}, body
        case 4:  # signed by nobody
            return {key: value for key, value in headers.items() if key != name}, body
        case 5:  # the digest without a key
            return {**headers, name: digest(body).hexdigest()}, body
        case 6:  # a digit of the signature is another one
            at = chance.randrange(len(signature))
            digit = "0123456789abcdef"[(int(signature[at], 16) + 1) % 16]
            return {**headers, name: signature[:at] + digit + signature[at + 1 :]}, body
        case _:  # a signature that isn't ASCII, is too long, or empty
            return {**headers, name: chance.choice(["é" * 64, signature * 9, "", " "])}, body
