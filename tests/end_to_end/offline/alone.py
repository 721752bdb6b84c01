"""A process with a network of its own that has nothing but loopback: no code, of whatever language, gets out of it.

`python -m tests.end_to_end.offline.alone VAR FOLDER [reach]` builds a text there, starts the service and asks it. It
prints one line of JSON; it ends with status `FORBIDDEN` where the system lets nobody have a network of his own.
"""

import ctypes
import errno
import fcntl
import json
import os
import re
import socket
import struct
import subprocess
import sys
from pathlib import Path

from tests.end_to_end.processes import ROOT, run, serving

FORBIDDEN = 77
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # CLONE_NEWUSER and CLONE_NEWNET
SET_FLAGS, UP = 0x8914, 0x1  # SIOCSIFFLAGS and IFF_UP
ELSEWHERE = "192.0.2.1"  # an address that is nobody's (RFC 5737)
QUESTION = "Who built the harbour of Lumen?"


def leave_the_network() -> None:
    """Give this process, which has one thread, a network of its own; raises OSError where that is forbidden."""
    user, group = os.getuid(), os.getgid()
    if ctypes.CDLL(None, use_errno=True).unshare(NEW_USER | NEW_NETWORK):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sH14x", b"lo", UP))


def reach(host: str, port: int) -> int:
    """Connect by a call of the C library, of which Python knows nothing; 0, or the number of the error."""
    libc = ctypes.CDLL(None, use_errno=True)
    reaching = libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
    address = struct.pack("=HH4s8x", socket.AF_INET, socket.htons(port), socket.inet_aton(host))
    failed = libc.connect(reaching, address, len(address))
    os.close(reaching)
    return ctypes.get_errno() if failed else 0


def tries() -> int:
    """How often anybody in this network tried to reach what it does not reach."""
    names, values = (line.split() for line in Path("/proc/net/snmp").read_text().splitlines()[:2])
    sixth = re.search(r"^Ip6OutNoRoutes\s+(\d+)$", Path("/proc/net/snmp6").read_text(), re.MULTILINE)
    return int(values[names.index("OutNoRoutes")]) + (int(sixth[1]) if sixth else 0)


def interfaces() -> list[str]:
    """The interfaces of this network that are up."""
    return [name for _, name in socket.if_nameindex() if name == "lo" or not _is_down(name)]


def _is_down(name: str) -> bool:
    with socket.socket() as any_socket:
        flags = fcntl.ioctl(any_socket, 0x8913, struct.pack("16sH14x", name.encode(), 0))  # SIOCGIFFLAGS
    return not struct.unpack("16sH14x", flags)[1] & UP


def answer(var: str, folder: str) -> object:
    """What the service answers, which is built and started for it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CENTREQA_")}
    environment = kept | {"CENTREQA_VAR": var}
    run(environment, "index", "build", folder)
    with serving(environment) as (client, _):
        return client.post("/v1/ask", json={"question": QUESTION}).json()["answer"]


def main(*arguments: str) -> None:
    """As the module says."""
    try:
        leave_the_network()
    except OSError as error:
        print(error.strerror or error)
        sys.exit(FORBIDDEN)
    found: dict[str, object] = {"interfaces": interfaces()}
    if arguments[0] == "reach":
        program = f"from tests.end_to_end.offline.alone import reach; print(reach({ELSEWHERE!r}, 9))"
        done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
        found |= {"elsewhere": errno.errorcode.get(int(done.stdout)), "here": reach("127.0.0.1", int(arguments[1]))}
    else:
        found["answer"] = answer(*arguments)
    print(json.dumps(found | {"tries": tries()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
