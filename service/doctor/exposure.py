"""Checks of the settings: what is in force, who can reach the service, and what it reaches for."""

import os
import socket
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from service.doctor.findings import Finding
from service.settings import PREFIX, Settings, is_loopback

BUILD_SETTINGS = ("MAX_TOKENS", "OVERLAP", "TOKEN_LIMIT")  # read by the command line of builds
SHORT_KEY = 16  # characters: a shorter key can be guessed where others can reach the service


def settings_in_force(settings: Settings) -> dict[str, Any]:
    """Every setting by its variable, as JSON has it; of a secret only whether it is set, of an address no password."""
    return {f"{PREFIX}{name.upper()}": _plain(getattr(settings, name)) for name in type(settings).model_fields}


def check_exposure(settings: Settings, environment: Mapping[str, str] = os.environ) -> Iterable[Finding]:
    """What is set, what is open to whom, and what is reached for."""
    yield _check_names(environment)
    yield from _check_paths(settings)
    yield _check_keys(settings)
    yield _check_port(settings)
    yield _check_doors(settings)
    yield _check_outbound(settings)
    if settings.log_questions:
        yield Finding("log", "note", f"questions are written to the log; unset {PREFIX}LOG_QUESTIONS to stop that")


def _plain(value: object) -> object:
    if isinstance(value, SecretStr):
        return "set"
    if isinstance(value, Path):
        return str(value)
    return _without_password(value) if isinstance(value, str) else value


def _without_password(text: str) -> str:
    """An address without the name and the password in it; any other text as it is."""
    parts = urlsplit(text) if "://" in text else None
    if parts is None or "@" not in parts.netloc:
        return text
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _check_names(environment: Mapping[str, str]) -> Finding:
    """Whether each variable with the prefix is a setting: a misspelt one does nothing, and nobody would say so."""
    known = {f"{PREFIX}{name.upper()}" for name in (*Settings.model_fields, *BUILD_SETTINGS)}
    given = {name for name in environment if name.startswith(PREFIX)}
    if unknown := sorted(given - known):
        return Finding("settings", "problem", f"{', '.join(unknown)}: no such setting; the README lists all of them")
    return Finding("settings", "ok", f"{len(given)} of {len(known)} are set in the environment")


def _check_paths(settings: Settings) -> Iterable[Finding]:
    """What is named has to be there when it is needed."""
    for name in ("dataset", "watch", "model"):
        path = getattr(settings, name)
        if path is not None and not path.exists():
            variable = f"{PREFIX}{name.upper()}"
            yield Finding("settings", "problem", f"{variable}: {path} is not there; name what is, or unset it")


def _check_keys(settings: Settings) -> Finding:
    """Who can reach the service, and what they need for that."""
    is_local = is_loopback(settings.host)
    keys = {"ask": settings.ask_key, "admin": settings.admin_key}
    short = [name for name, key in keys.items() if key and len(key.get_secret_value()) < SHORT_KEY]
    who = "this machine only" if is_local else "other machines too: put a TLS proxy in front"
    asking = "asking needs a key" if settings.ask_key else "asking needs no key"
    changing = "changes need the admin key" if settings.admin_key else "nothing can be changed over HTTP"
    hosts = f", asked under {settings.allowed_hosts} as well" if settings.allowed_hosts else ""
    text = f"{settings.host} port {settings.port}: {who}; {asking}, {changing}{hosts}"
    values = {"loopback": is_local, **{f"{name}_key": bool(key) for name, key in keys.items()}}
    if short and not (is_local and not settings.allowed_hosts):
        advice = f"the {' and the '.join(short)} key has fewer than {SHORT_KEY} characters; make a longer one"
        return Finding("exposure", "problem", f"{text}; {advice}", values)
    return Finding("exposure", "ok", text, values)


def _check_port(settings: Settings) -> Finding:
    """Whether the address is free, or somebody listens there: mostly the service itself."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[
            0
        ]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except socket.gaierror as error:
        text = f"{settings.host}: {error.strerror}; give an address of this machine as {PREFIX}HOST"
        return Finding("port", "problem", text)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return Finding("port", "note", f"{settings.port}: {reason}; if that is not the service, give another port")
    return Finding("port", "ok", f"{settings.port} is free: no service runs there")


def _check_doors(settings: Settings) -> Finding:
    """The ways in."""
    doors = ["the page", "/v1", "/v1/chat/completions", "/metrics"]
    if find_spec("mcp"):
        doors.append("/mcp")
    if settings.admin_key:
        doors.append("the admin routes")
    return Finding("doors", "ok", ", ".join(doors), {"doors": doors})


def _check_outbound(settings: Settings) -> Finding:
    """Which servers it connects to: those that are configured, and no other."""
    servers = {
        f"{PREFIX}{name.upper()}": _without_password(str(value))
        for name in type(settings).model_fields
        if name.endswith(("_uri", "_url")) and (value := getattr(settings, name))
    }
    if not servers:
        text = "connects to nothing: no server is configured, nothing is downloaded, telemetry is off"
        return Finding("outbound", "ok", text, {"servers": {}})
    named = ", ".join(f"{address} ({variable})" for variable, address in servers.items())
    return Finding("outbound", "note", f"connects to {named} and to nothing else", {"servers": servers})
