"""Ask a running service, and check each quote against the text. Needs nothing but Python.

    python examples/ask_over_http.py "Who is the head of the Centre?" http://127.0.0.1:8000

Where the service wants a key, it is read from CENTREQA_ASK_KEY. Positions count code points, as Python does.
"""

import json
import os
import sys
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen


def call(base: str, path: str, body: object = None) -> tuple[Any, str]:
    """The JSON of a reply, and what it took; GET where there is no body."""
    headers = {"content-type": "application/json"}
    if key := os.environ.get("CENTREQA_ASK_KEY"):
        headers["authorization"] = f"Bearer {key}"
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(base + path, data, headers), timeout=60) as response:  # noqa: S310
        return json.load(response), response.headers.get("server-timing", "")


def main(question: str, base: str = "http://127.0.0.1:8000") -> int:
    """Print the answer and where it stands, or why there is none; 1 where the service gives an error."""
    try:
        reply, took = call(base, "/v1/ask", {"question": question})
        if reply["answer"] is None:
            print(f"no answer: {reply['abstained']['message']}")
            return 0
        for evidence in reply["answer"]["evidence"]:
            document, _ = call(base, f"/v1/documents/{quote(evidence['document'])}")
            checked = document["text"][evidence["start"] : evidence["end"]] == evidence["quote"]
            print(evidence["quote"])
            print(f"  {evidence['document']}, code points {evidence['start']} to {evidence['end']}", end="")
            print(", word for word" if checked else ", NOT what the text says")
        print(f"  {reply['level']}, confidence {reply['confidence']:.2f}; {took}")
    except HTTPError as error:
        problem = json.load(error)
        print(f"{problem['title']}: {problem['detail']}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
