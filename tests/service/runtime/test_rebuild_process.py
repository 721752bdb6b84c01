"""The child of a job: wherever its loop ends, it ends too."""

import asyncio
import os
import sys
import threading

import pytest

from service.runtime.rebuild_process import Ending, run_child

WAITS = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.mark.parametrize("steps", range(8))
def test_a_loop_ends_at_any_step_of_a_start_and_takes_the_child_with_it(steps: int) -> None:
    held, inherited = os.pipe()

    async def leave() -> None:
        job = asyncio.create_task(run_child(WAITS, {}, print, [inherited]))
        for _ in range(steps):
            await asyncio.sleep(0)
        assert not job.done()  # the end of the loop cancels it, and every other task

    loop = threading.Thread(target=asyncio.run, args=(leave(),), daemon=True)
    loop.start()
    loop.join(30)
    assert not loop.is_alive()
    os.close(inherited)
    assert os.read(held, 1) == b""  # nobody else holds the other end
    os.close(held)


def test_both_outputs_are_read_to_their_end() -> None:
    program = "import sys; print('a\\n' * 99_999 + 'error: full', file=sys.stderr); print('x\\ny'); exit(3)"
    lines: list[bytes] = []
    ending = asyncio.run(run_child([sys.executable, "-c", program], {}, lines.append))
    assert (ending, lines) == (Ending(3, "full"), [b"x\n", b"y\n"])


def test_what_a_line_raises_ends_the_child() -> None:
    program = "print('x', flush=True); import time; time.sleep(600)"

    def take(line: bytes) -> None:
        raise OSError(line.decode())

    with pytest.raises(OSError, match="x"):
        asyncio.run(asyncio.wait_for(run_child([sys.executable, "-c", program], {}, take), 30))
