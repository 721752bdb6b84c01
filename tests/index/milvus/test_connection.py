"""A server that is missing or goes away is one line that says what to do."""

import subprocess
import sys
from pathlib import Path

import pytest

from corpus.errors import UnavailableError
from index.milvus.store import MilvusStore

pytestmark = pytest.mark.slow


def test_without_the_package_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(UnavailableError, match=r"\Athe package pymilvus, [^\n]*; run `pip install .*\[milvus\]'`\Z"):
        MilvusStore("http://h:1")


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("scheme", ["http", "ftp"])
def test_no_message_shows_a_password(scheme: str) -> None:
    with pytest.raises(UnavailableError, match=rf"\A{scheme}://127\.0\.0\.1:1: Milvus") as caught:
        MilvusStore(f"{scheme}://root:secret@127.0.0.1:1")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1", "http://127.0.0.1:99999", "nowhere", "", "/nonexistent/x.db"]
)
@pytest.mark.usefixtures("server")
def test_without_a_server_one_line_says_what_to_start(address: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(UnavailableError) as caught:
        MilvusStore(address)
    said = str(caught.value)
    assert said.startswith(f"{address}: Milvus is not available (")
    assert said.endswith("; start the server, or correct the address")
    assert "\n" not in said
    assert not caplog.records


@pytest.mark.usefixtures("server")
def test_a_server_that_goes_away_is_an_error_and_no_index_that_is_missing(tmp_path: Path) -> None:
    lite = pytest.importorskip("milvus_lite.server_manager")

    path = str(tmp_path / "gone.db")
    store = MilvusStore(path)
    assert store.current() is None
    lite.server_manager_instance.release_server(path)
    for use in (store.current, store.names, store.open):
        with pytest.raises(UnavailableError, match=r"gone\.db: Milvus is not available \([^\n]*\); \w+ failed; look"):
            use()


@pytest.mark.usefixtures("server")
def test_nothing_is_imported_before_it_is_needed_and_the_client_logs_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, index.milvus.store, index.milvus.search; print('pymilvus' in sys.modules);"
        "print(index.milvus.store.MilvusStore(sys.argv[1]).current())"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "quiet.db")]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (told.stdout, told.stderr) == ("False\nNone\n", "")
