"""Start-up of the service: one function a step, in the order in which `serve` takes them.

The order makes the service ready early and its memory small:

1. `pause_garbage_collection` comes first: nearly everything that is made until the first request stays, and looking for
   garbage among it only costs time. So does what libraries load and never use here: `spare_imports`.
2. `bind` comes before anything slow, so that an address that is taken is reported at once.
3. `open_in_background` opens the snapshot in a thread, on the other core, while this thread imports the web framework.
4. `fork_helpers` comes after the snapshot, so that the helper processes share its memory with this one, and before the
   event loop, the request threads and `announce`: a forked process has none of the threads of the one that forked it.
5. `announce` says where the page is, and how to ask as soon as the snapshot is open.
6. `resume_garbage_collection` comes last and leaves out everything made so far.

Each step imports what it needs in its own thread; the module itself imports only the standard library and the errors.
"""

import gc
import socket
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from corpus.errors import CentreQAError, ConflictError, InputError

if TYPE_CHECKING:
    from index.snapshots.manifest import Model
    from index.snapshots.store import Store
    from index.stores import ServedStore
    from service.answering.engine import Engine
    from service.runtime.current import CurrentEngine
    from service.runtime.workers.helper_process import HelperProcess
    from service.settings import Settings

BACKLOG = 2048  # connections that may wait to be accepted
OPENING_SECONDS = 1.0  # how long the fork waits for a snapshot, whose memory the helper processes then share
SWITCH_SECONDS = 0.0005  # a thread that comes back from reading waits at most this long for the interpreter


def pause_garbage_collection() -> None:
    """Make no search for garbage until start-up is over, and let threads take turns quickly."""
    gc.disable()
    sys.setswitchinterval(SWITCH_SECONDS)


def spare_imports() -> None:
    """Load no rich with structlog, whose lines are JSON here, and no models of pydantic 1, which FastAPI looks for.

    Both libraries go on without what cannot be imported.
    """
    sys.modules.setdefault("pydantic.v1", None)  # type: ignore[arg-type]
    if "rich" not in sys.modules:
        sys.modules["rich"] = None  # type: ignore[assignment]
        import structlog  # noqa: F401

        del sys.modules["rich"]  # the command line may still want to write in colours


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; raises InputError where the address is unknown, ConflictError where it is not free."""
    with ExitStack() as stack:
        try:
            family, socket_type, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            # asyncio switches Nagle's delay off only where the protocol is named. The delay costs small replies 40 ms.
            listener = stack.enter_context(socket.socket(family, socket_type, protocol))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except socket.gaierror as error:
            raise InputError(f"{host}: {error.strerror}; give an address of this machine") from None
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ConflictError(f"{host} port {port}: {reason}; give another --host or --port") from None
        stack.pop_all()
    return listener


@dataclass(frozen=True, slots=True)
class Opening:
    """A snapshot that a thread is opening; `current` comes before the snapshot does."""

    current: "Future[CurrentEngine]"
    logs_ready: threading.Event
    thread: threading.Thread

    def wait(self) -> "CurrentEngine":
        """The reference to the engine; its snapshot is open unless that takes longer than `OPENING_SECONDS`."""
        current = self.current.result()
        self.thread.join(OPENING_SECONDS)
        return current


def open_in_background(settings: "Settings") -> Opening:
    """Start to open the active snapshot in a thread, which logs nothing until `logs_ready` is set."""
    current: Future[CurrentEngine] = Future()
    logs_ready = threading.Event()
    thread = threading.Thread(target=_open, args=(settings, current, logs_ready), daemon=True)
    thread.start()
    return Opening(current, logs_ready, thread)


def fork_helpers(current: "CurrentEngine", settings: "Settings", listener: socket.socket) -> "Sequence[HelperProcess]":
    """Fork the processes that help to answer; none where a Milvus server does the searching."""
    from service.runtime.workers.helper_process import Timeouts, fork

    count = 0 if settings.milvus_uri else settings.workers - 1
    timeouts = Timeouts(answering=settings.deadline)
    return fork(count, partial(_open_in_helper, current), listener, timeouts, current.hand_over)


def announce(ready: threading.Event, settings: "Settings", listener: socket.socket) -> None:
    """Print where the page is at once, and how to ask when `ready` is set; waits for that in a thread."""
    threading.Thread(target=_announce, args=(ready, settings, listener), daemon=True).start()


def resume_garbage_collection() -> None:
    """Search for garbage from now on, but never among what start-up made, which would hold every request up for 50 ms.

    Not to be done again: what requests hold at that moment would stay for ever. A later engine has only some hundred
    objects to go through.
    """
    gc.freeze()
    gc.enable()


def open_warm(store: "ServedStore", snapshot: str, remembered: int, reader: str) -> "Engine":
    """An engine that has answered a question before it is used: the first answer takes several times as long."""
    from service.answering.engine import Engine

    engine = Engine.open(store, snapshot, remembered=remembered, reader=reader)
    engine.ask("What is this about?")
    return engine


def _open(settings: "Settings", opened: "Future[CurrentEngine]", logs_ready: threading.Event) -> None:
    """Load the encoder, hand out the reference to the engine, and open the active snapshot."""
    try:
        from index.snapshots.store import Store
        from service.answering.engine import load_encoder
        from service.runtime.current import CurrentEngine

        store = settings.open_store()
        with suppress(CentreQAError):  # opening the snapshot meets the same error, and reports it
            model = _likely_model(store) if isinstance(store, Store) else None
            if model and model.variant != "torch":  # which takes long to load, and cannot be forked
                load_encoder(store, model)
        current = CurrentEngine(store, partial(open_warm, remembered=settings.remembered, reader=settings.reader))
        opened.set_result(current)
    except BaseException as error:
        opened.set_exception(error)
        return
    logs_ready.wait()
    current.follow()


def _likely_model(store: "Store") -> "Model | None":
    """The model of the active snapshot, or where its manifest cannot be read, of the newest one that may be used."""
    from index.snapshots.manifest import Manifest

    active = None
    with suppress(CentreQAError):
        if (active := store.current()) is None:
            return None
    for name in (active, *reversed(store.names())):
        with suppress(CentreQAError):
            if name is not None:
                return Manifest.read(store.folder(name)).model
    return None


def _open_in_helper(current: "CurrentEngine", snapshot: str) -> "Engine":
    """In a helper process, the engine that was open when it was forked, or one that it opens itself."""
    engine = current.hand_over()
    return engine if engine and engine.snapshot == snapshot else current.open_engine(current.store, snapshot)


def _announce(ready: threading.Event, settings: "Settings", listener: socket.socket) -> None:
    name = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = f"http://{name}:{listener.getsockname()[1]}"
    print(f"page   {url}/", flush=True)
    ready.wait()
    key = ' -H "authorization: Bearer $CENTREQA_ASK_KEY"' if settings.ask_key else ""
    body = '{"question": "Who is the head of the Centre?"}'
    print(f"ask    curl -s {url}/v1/ask{key} -H 'content-type: application/json' -d '{body}'", flush=True)
