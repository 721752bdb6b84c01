"""The settings of language models: half of them, and what would send passages in the clear, refuses to start."""

import subprocess
import sys
from pathlib import Path

import pytest

from corpus.errors import InputError
from service.runtime.writing.opening import open_writer
from service.settings import ROOT, Settings


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CENTREQA_{name.upper()}", raising=False)


def test_there_is_no_model_unless_one_is_named() -> None:
    settings = Settings.load()
    assert (settings.llm, settings.llm_base_url) == ("off", None)
    assert open_writer(settings) is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"llm_base_url": "http://127.0.0.1:1/v1"}, "set both CENTREQA_LLM_BASE_URL and CENTREQA_LLM_MODEL"),
        ({"llm_model": "tiny"}, "set both CENTREQA_LLM_BASE_URL and CENTREQA_LLM_MODEL"),
        ({"llm": "embedded"}, "needs CENTREQA_LLM_FILE"),
        ({"llm_file": Path("tiny.gguf")}, "only used with CENTREQA_LLM=embedded"),
        ({"llm": "embedded", "llm_file": "a", "llm_base_url": "http://127.0.0.1/v1"}, "and no CENTREQA_LLM_BASE_URL"),
        ({"llm": "other"}, "CENTREQA_LLM: Input should be 'off' or 'embedded'"),
    ],
)
def test_half_of_it_is_refused(given: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Settings.load(**given)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080/v1", "http://[::1]:1", "http://localhost/v1/", "https://a.b/v1"]
)
def test_an_address_that_is_private(url: str) -> None:
    writer = open_writer(Settings.load(llm_base_url=url, llm_model="tiny"))
    assert writer is not None


@pytest.mark.parametrize("host", ["example.org", "192.168.1.4", "127.0.0.1.example.org", "0.0.0.0"])  # noqa: S104
def test_passages_leave_the_machine_encrypted_unless_told_otherwise(host: str) -> None:
    given = {"llm_base_url": f"http://{host}:8080/v1", "llm_model": "tiny"}
    with pytest.raises(InputError, match=f"would send passages to {host} in the clear: use https") as caught:
        Settings.load(**given)
    assert "\n" not in str(caught.value)
    assert Settings.load(**given, llm_plain_http=True).llm_model == "tiny"


@pytest.mark.parametrize(
    "url",
    [
        "tiny",
        "ftp://127.0.0.1/v1",
        "http://",
        "http://127.0.0.1:none/v1",
        "http://[::1/v1",
        "https://me:hidden@example.org/v1",
        "https://example.org/v1?key=hidden",
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(InputError, match="is no address like https://host/v1") as caught:
        Settings.load(llm_base_url=url, llm_model="tiny")
    assert "hidden" not in str(caught.value)


def test_the_key_is_not_shown() -> None:
    settings = Settings.load(llm_base_url="http://127.0.0.1/v1", llm_model="tiny", llm_key="hidden")
    assert "hidden" not in repr(settings)


def test_what_asks_language_models_is_loaded_only_where_there_is_one() -> None:
    script = (
        "import sys\nfrom service.runtime.current import CurrentEngine\nfrom service.settings import Settings\n"
        "from service.web.app import create_app\nfrom tests.fakes import FakeStore\n"
        "create_app(CurrentEngine(FakeStore()), Settings.load(**eval(sys.argv[1])))\n"
        "print(*sorted({'httpx2', 'xllamacpp', 'nupunkt', 'service.runtime.writing.writer'} & set(sys.modules)))"
    )

    def loaded(**settings: object) -> str:
        command = [sys.executable, "-c", script, repr(settings)]
        return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()

    assert loaded() == ""
    assert loaded(llm_base_url="http://127.0.0.1/v1", llm_model="tiny") == "httpx2 service.runtime.writing.writer"
