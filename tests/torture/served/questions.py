"""Requests of every kind about the texts of a service that runs."""

from tests.torture.served.clients import Request, answers
from tests.torture.served.running import TEXTS

QUESTIONS = ["Who built the harbour of Lumen?", "What do gulls eat in winter?", "What is fact 7 of the harbour?"]
ADDED = {"documents": [{"id": "pier", "text": "The pier of Lumen was painted green by Otto Lind."}], "mode": "add"}
REQUESTS = (
    *(Request("POST", "/v1/ask", {"question": question}, answers) for question in QUESTIONS),
    Request("POST", "/v1/ask/batch", {"questions": QUESTIONS * 4}, lambda reply: len(reply["results"]) == 12),
    Request("POST", "/v1/search", {"query": QUESTIONS[0]}, lambda reply: bool(reply["passages"])),
    Request("GET", "/v1/documents", None, lambda reply: len(reply) >= len(TEXTS)),
    Request("GET", "/v1/documents/facts", None, lambda reply: reply["text"].endswith("is 1521.")),
    Request("POST", "/v1/snapshots", ADDED, lambda reply: bool(reply["job"])),
    Request("GET", "/v1/jobs", None, lambda reply: isinstance(reply, list)),
)
READING = [request for request in REQUESTS if request.path != "/v1/snapshots"]  # those that change nothing
