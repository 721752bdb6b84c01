"""Bodies that no door of the service can use, of every kind: what is sent with them, and how they are refused."""

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException, HTTPResponse
from math import inf
from random import Random
from socket import create_connection

from tests.torture.served.clients import PROBLEM, Ending, Request

JSON = {"content-type": "application/json"}
INFLATED = 64 * 1024**2  # bytes of a bomb
MOST = 4096  # bytes of a refusal: what was sent is not sent back


@dataclass(frozen=True, slots=True)
class Door:
    """Where a body is sent, and one that is right but for the value of its `field`, which is always missing."""

    method: str
    path: str
    field: str
    others: Mapping[str, object] | None = None

    @property
    def is_admin(self) -> bool:
        """Whether it takes the admin key, and whole texts."""
        return self.method == "PUT" or self.path == "/v1/snapshots"

    def body(self, value: str) -> str:
        """A body whose field has this value, in JSON."""
        others = "".join(f"{json.dumps(name)}: {json.dumps(other)}, " for name, other in (self.others or {}).items())
        return f'{{{others}"{self.field}": {value}}}'


DOORS = (
    Door("POST", "/v1/ask", "question", {"top_k": 3}),
    Door("POST", "/v1/ask/batch", "questions"),
    Door("POST", "/v1/search", "query"),
    Door("POST", "/v1/verify", "quote", {"document": "gulls", "start": 0, "end": 9}),
    Door("POST", "/v1/feedback", "question", {"right": True}),
    Door("POST", "/v1/chat/completions", "messages", {"model": "centreqa"}),
    Door("POST", "/v1/snapshots", "documents", {"mode": "add"}),
    Door("PUT", "/v1/documents/pier", "text", {"title": "Pier"}),
    Door("PUT", "/v1/snapshots/active", "id"),
)


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent to a door; without a `content-length` among the headers, the right one is sent too."""

    door: Door
    data: bytes
    headers: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.door.method} {self.door.path} with {self.headers}, {len(self.data)} bytes: {self.data[:60]!r}"

    def send(self, port: int, key: str, timeout: float) -> Ending:
        """Send it, and read the reply, which may come before all is sent."""
        headers = {"content-length": str(len(self.data)), "authorization": f"Bearer {key}", **self.headers}
        lines = [f"{self.door.method} {self.door.path} HTTP/1.1", "host: localhost", "connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        request = Request(self.door.method, self.door.path)
        with create_connection(("127.0.0.1", port), timeout) as connection:
            with suppress(ConnectionError):  # it was refused by then
                connection.sendall("\r\n".join([*lines, "", ""]).encode() + self.data)
            response = HTTPResponse(connection)
            try:
                response.begin()
                fields = {name.lower(): value for name, value in response.getheaders()}
                return Ending(request, -inf, response.status, fields, response.read())
            except (OSError, HTTPException):
                return Ending(request, -inf, is_torn=True)


def is_clean(reply: Ending) -> bool:
    """Whether this is a whole refusal that says whose fault it is and why."""
    if not 400 <= reply.status < 500 or len(reply.body) > MOST:
        return False
    if reply.headers.get("content-type") == PROBLEM:
        problem = reply.json()
        return problem["status"] == reply.status and bool(problem["detail"])
    return bool(reply.json()["error"]["message"])  # as OpenAI's clients expect it


Kind = Callable[[Random, Door], Body]


def unknown_keys(random: Random, door: Door) -> Body:
    first = random.randrange(1 << 20)
    keys = ",".join(f'"{first + number:x}":1' for number in range(random.randrange(50_000, 80_000)))
    return Body(door, f"{{{keys}}}".encode(), JSON)


def nested(random: Random, door: Door) -> Body:
    depth, (begin, end) = random.choice([50, 300, 5000, 100_000]), random.choice([("[", "]"), ('{"a":', "}")])
    value = begin * depth + "1" + end * depth * random.randrange(2)  # it may never end
    return Body(door, (value if random.random() < 0.5 else door.body(f'{{"a": {value}}}')).encode(), JSON)


def many_values(random: Random, door: Door) -> Body:
    value = random.choice(["5", "[]", "{}", '""', "null"])
    count = 850_000 // (len(value) + 1)
    return Body(door, door.body(f'{{"a": [{",".join([value] * count)}]}}').encode(), JSON)


def huge_number(random: Random, door: Door) -> Body:
    digits = "9" * random.randrange(1, 500_000)
    return Body(
        door, door.body(random.choice([digits, f"-{digits}", f"0.{digits}", "1e99999", "-1E+400"])).encode(), JSON
    )


def no_number(random: Random, door: Door) -> Body:
    return Body(
        door, door.body(random.choice(["NaN", "Infinity", "-Infinity", "01", "+1", "0x1", "1e", "."])).encode(), JSON
    )


def same_key(random: Random, door: Door) -> Body:
    same = f'"{door.field}": "a",' * random.randrange(1, 50_000)
    return Body(door, f'{{{same}"{door.field}": false}}'.encode(), JSON)


def wrong_type(random: Random, door: Door) -> Body:
    value = random.choice(["true", "{}", '{"a": [1]}', "5.5", "0", "-1"])
    whole = random.choice(["5", '"a"', "[]", "[{}]", "true", " ", "{}"])
    return Body(door, (door.body(value) if random.random() < 0.7 or "snapshots" in door.path else whole).encode(), JSON)


def not_utf8(random: Random, door: Door) -> Body:
    wrong = random.choice(
        [b"\xff", b"\xc3(", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xc0\x80", b"\xe2\x82", b"\x80"]
    )
    return Body(door, door.body('"a? %"').encode().replace(b"%", wrong * random.randrange(1, 1000)), JSON)


def hidden_values(random: Random, door: Door) -> Body:
    """In an encoding in which quotes are hard to find."""
    value = f'{{"\\"": [{"5," * 100_000}5]}}'
    return Body(door, door.body(value).encode(random.choice(["utf-16", "utf-16-be", "utf-16-le", "utf-32"])), JSON)


def half_character(random: Random, door: Door) -> Body:
    half = f"\\u{random.randrange(0xD800, 0xE000):x}"
    text = door.body(f'"{half}"') if random.random() < 0.5 else f'{{"{half}": 1}}'
    return Body(door, text.encode(), JSON)


def other_type(random: Random, door: Door) -> Body:
    others = ["text/plain", "application/jsonx", "application/x-www-form-urlencoded", "*/*", "", "multipart/form-data"]
    return Body(door, door.body('"Who?"').encode(), {"content-type": random.choice(others)})


def wrong_length(random: Random, door: Door) -> Body:
    data = door.body(json.dumps("Who? " * random.randrange(1, 1000))).encode()
    lengths = ["-1", "+5", "0x10", "1e3", "five", "5, 5", "9" * 10, "9" * 40, "", str(random.randrange(1, len(data)))]
    both = {"transfer-encoding": "chunked"} if random.random() < 0.1 else {}
    return Body(door, data, JSON | {"content-length": random.choice(lengths)} | both)


@cache
def _bomb() -> bytes:
    return gzip.compress(b'{"question": "' + b"a" * INFLATED + b'"}')


def bomb(random: Random, door: Door) -> Body:
    return Body(door, _bomb(), JSON | {"content-encoding": random.choice(["gzip", "deflate", "gzip, gzip", "br"])})


def empty_documents(random: Random, door: Door) -> Body:
    """3 MB of them, which is too much for all doors but those of the admin."""
    return Body(door, f'{{"documents": [{"{}," * random.randrange(900_000, 1_000_000)}{{}}]}}'.encode(), JSON)


KINDS: Sequence[Kind] = (
    unknown_keys, nested, many_values, huge_number, no_number, same_key, wrong_type, not_utf8, hidden_values,
    half_character, other_type, wrong_length, bomb, empty_documents,
)  # fmt: skip
