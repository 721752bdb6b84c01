"""Keys stand in no line of the log of a service that runs, whatever is sent with them and however much it logs."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[3]
ASK_KEY, ADMIN_KEY, WRONG_KEY = "the-right-ask-key", "the-right-admin-key", "the-wrong-key"
KEYS = (ASK_KEY, ADMIN_KEY, WRONG_KEY)
SERVE = """
import runpy, sys
sys.argv = ["service", "serve", "--port", "0"]
runpy.run_module("service", run_name="__main__", alter_sys=True)
"""
# A service that logs the head of each request.
CARELESS = f"""
import structlog
from service.web import guard

def careless(headers, keys, authorise=guard.authorise):
    structlog.get_logger().debug("asked", headers=dict(headers))
    authorise(headers, keys)

guard.authorise = careless
{SERVE}"""
MALFORMED = "POST /v1/ask HTTP/9.9\r\nhost: 127.0.0.1\r\nauthorization: Bearer {key}\r\n\r\n"


def log_of(program: str, var: Path) -> str:
    """What a service without an index logs of requests with every key in every place."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CENTREQA_")}
    own = {"VAR": str(var), "ASK_KEY": ASK_KEY, "ADMIN_KEY": ADMIN_KEY, "LOG_LEVEL": "DEBUG", "WORKERS": "1"}
    environment = kept | {f"CENTREQA_{name}": value for name, value in own.items()}
    command = [sys.executable, "-c", program]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as serving:
        assert serving.stdout is not None
        url = serving.stdout.readline().split()[1].rstrip("/")
        try:
            assert [asked(url, "/v1/ask", f"Bearer {key}") for key in KEYS] == [503, 503, 401]
            assert [asked(url, "/v1/snapshots", f"Bearer {key}") for key in KEYS] == [401, 422, 401]
            for key in KEYS:
                assert asked(url, "/v1/ask", f"Basic {key}") == asked(url, "/v1/ask", key) == 401
                assert asked(url, f"/v1/ask?key={key}", f"Bearer {key}") in (401, 503)
                assert asked(url, f"/{key}", f"Bearer {key}") == 404
                with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=60) as connection:
                    connection.sendall(MALFORMED.format(key=key).encode())
                    assert b" 400 " in connection.recv(64)
        finally:
            serving.terminate()
            log = serving.communicate(timeout=60)[1]
    return log


def asked(url: str, path: str, authorization: str) -> int:
    """The status of the reply."""
    headers = {"content-type": "application/json", "authorization": authorization}
    try:
        with urlopen(Request(url + path, b'{"question": "Who?"}', headers), timeout=60) as response:  # noqa: S310
            return int(response.status)
    except HTTPError as refused:
        return refused.code


def told(log: str) -> list[str]:
    """The keys that stand in a log."""
    assert log.count('"event": "request"') >= 6
    return [key for key in KEYS if key in log]


def test_no_key_is_logged(tmp_path: Path) -> None:
    log = log_of(SERVE, tmp_path)
    assert '"level": "debug"' in log
    assert told(log) == []


def test_a_service_that_logs_the_heads_of_requests_is_noticed(tmp_path: Path) -> None:
    assert told(log_of(CARELESS, tmp_path)) == list(KEYS)
