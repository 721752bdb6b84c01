"""What clients sent is gone when the job is, also where service and build were killed; nothing that is used goes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from service.runtime.private_folder import clear_private_folders, private_folder

ROOT = Path(__file__).parents[3]
# Makes a folder, starts a process that inherits its lock as a build does, says the ids of both and waits.
SERVICE = """
import subprocess, sys, time
from pathlib import Path
from service.runtime.private_folder import private_folder
with private_folder(Path(sys.argv[1]), "job") as folder:
    (folder.path / "documents.jsonl").write_text("a text")
    build = subprocess.Popen(["sleep", "600"], pass_fds=[folder.lock])
    print(build.pid, flush=True)
    time.sleep(600)
"""


def test_it_is_private_and_goes(tmp_path: Path) -> None:
    with private_folder(tmp_path / "jobs", "a") as folder:
        assert folder.path.stat().st_mode & 0o077 == 0
        with private_folder(tmp_path / "jobs", "b"):
            clear_private_folders(tmp_path / "jobs")
            assert sorted(path.name for path in (tmp_path / "jobs").iterdir()) == ["a", "b"]
    assert list((tmp_path / "jobs").iterdir()) == []
    clear_private_folders(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_what_earlier_versions_left_goes(tmp_path: Path) -> None:
    (tmp_path / "jobs" / "0123-abc").mkdir(parents=True)
    (tmp_path / "jobs" / "0123-abc" / "documents.jsonl").write_text("a text")
    with private_folder(tmp_path / "jobs", "a"):
        assert [path.name for path in (tmp_path / "jobs").iterdir()] == ["a"]


@pytest.mark.slow
def test_after_a_kill_it_stays_while_the_build_runs_and_then_goes(tmp_path: Path) -> None:
    jobs = tmp_path / "jobs"
    with subprocess.Popen(
        [sys.executable, "-c", SERVICE, jobs], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as service:
        assert service.stdout is not None
        build = int(service.stdout.readline())
        service.kill()
        service.wait()
    clear_private_folders(jobs)
    assert (jobs / "job" / "documents.jsonl").exists()
    os.kill(build, signal.SIGKILL)
    for _ in range(10_000):  # until the kernel has closed its files
        clear_private_folders(jobs)
        if not any(jobs.iterdir()):
            break
    assert list(jobs.iterdir()) == []
