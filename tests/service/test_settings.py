"""Settings: what wins, what is refused, what never shows."""

from pathlib import Path

import pytest

from corpus.errors import InputError
from service.settings import Settings


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CENTREQA_{name.upper()}", raising=False)


def test_defaults() -> None:
    settings = Settings.load()
    assert (settings.host, settings.port, settings.var) == ("127.0.0.1", 8000, Path("var"))
    assert (settings.corpus, settings.admin_key, settings.ask_key) == (Path("corpus/texts"), None, None)
    assert (settings.workers, settings.max_waiting, settings.max_upload) == (2, 512, 64 * 1024**2)


def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENTREQA_PORT", "8123")
    monkeypatch.setenv("CENTREQA_VAR", "elsewhere")
    settings = Settings.load(port=9000, var=None)
    assert (settings.port, settings.var) == (9000, Path("elsewhere"))


def test_an_empty_variable_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENTREQA_ASK_KEY", "")
    assert Settings.load().ask_key is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org"])  # noqa: S104
def test_an_open_address_needs_a_key(host: str) -> None:
    with pytest.raises(InputError, match="is not a loopback address: set CENTREQA_ASK_KEY"):
        Settings.load(host=host)
    with pytest.raises(InputError, match="CENTREQA_ASK_KEY"):
        Settings.load(host=host, admin_key="opens only the admin routes")
    assert Settings.load(host=host, ask_key="key").host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_needs_none(host: str) -> None:
    assert Settings.load(host=host).host == host


def test_errors_are_one_line_that_names_the_variable_and_hides_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENTREQA_PORT", "99999")
    monkeypatch.setenv("CENTREQA_WORKERS", "none")
    with pytest.raises(InputError) as caught:
        Settings.load(ask_key="hidden")
    message = str(caught.value)
    assert message.startswith("CENTREQA_PORT: Input should be less than or equal to 65535; CENTREQA_WORKERS: ")
    assert "\n" not in message
    assert "hidden" not in message


def test_keys_do_not_show_when_printed() -> None:
    assert "hidden" not in repr(Settings.load(ask_key="hidden", admin_key="hidden"))


def test_no_path_of_this_machine_is_public(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "var").symlink_to(tmp_path / "real")
    settings = Settings.load(var=tmp_path / "var", dataset=tmp_path / "questions.jsonl", reader=str(tmp_path / "mine"))
    for path, shown in (
        (tmp_path / "var" / "CURRENT", "var/CURRENT"),
        (tmp_path / "real" / "CURRENT", "real/CURRENT"),
        (tmp_path / "questions.jsonl", "questions.jsonl"),
        (tmp_path / "mine" / "reader.onnx", "mine/reader.onnx"),
        (Path.cwd() / "corpus" / "texts" / "a.md", "texts/a.md"),
        (Path.cwd() / "service" / "x.json", "service/x.json"),
        (Path("/v1/documents"), "/v1/documents"),
    ):
        assert settings.public(f"{path}: is damaged; GET /v1/documents") == f"{shown}: is damaged; GET /v1/documents"
    assert Settings.load(var="/").public("/v1/documents and /openapi.json") == "/v1/documents and /openapi.json"
    assert Settings.load(var="/data").public("/data/snapshots/s1: is damaged") == "data/snapshots/s1: is damaged"
