"""Checks of the machine: libraries, processor, disk, descriptors."""

import os
import re
from pathlib import Path

import pytest

from service.doctor.machine import check_descriptors, check_disk, check_libraries, check_processor, check_python

INTEL = "processor : 0\nmodel name : Xeon\nflags : fpu sse4_2 {}\n"


def test_this_machine_is_good() -> None:
    for finding in (check_python(), check_libraries(), check_descriptors()):
        assert finding.state == "ok", finding
    libraries = check_libraries()
    assert "onnxruntime" in libraries.values
    assert "pytest" not in libraries.values


def distribution(folder: Path, *requirements: str) -> str:
    """The name of a distribution with these requirements, which lies in the folder."""
    info = folder / "probe-1.0.dist-info"
    info.mkdir()
    lines = ["Metadata-Version: 2.1", "Name: probe", "Version: 1.0", "Provides-Extra: dev", "Provides-Extra: watch"]
    (info / "METADATA").write_text("\n".join([*lines, *(f"Requires-Dist: {line}" for line in requirements)]) + "\n")
    return "probe"


def test_a_missing_library_and_a_wrong_version_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    optional = ('not-there-either; extra == "watch"', 'numpy<1; extra == "dev"', 'pydantic<1; extra == "watch"')
    finding = check_libraries(distribution(tmp_path, "numpy>=2", "not-there>=1", "typer<0.1", *optional))
    assert finding.state == "problem"
    missing, typer, pydantic, advice = finding.text.split("; ")
    assert missing == "not-there is missing"
    assert re.fullmatch(r"typer is [\d.]+, not <0.1", typer)
    assert re.fullmatch(r"pydantic is [\d.]+, not <1", pydantic)
    assert advice == "run make install"


def test_a_product_that_is_not_installed_says_so() -> None:
    assert check_libraries("no-such-product").text == "no-such-product is not installed here; run make install"


@pytest.mark.parametrize(
    ("flags", "features", "state"),
    [
        ("avx avx2 avx512f avx512_vnni amx_int8", ["avx2", "avx512f", "avx512_vnni", "amx_int8"], "ok"),
        ("avx2 avx_vnni", ["avx2", "avx_vnni"], "ok"),
        ("avx2 fma", ["avx2"], "note"),
        ("sse3", [], "note"),
    ],
)
def test_the_features_of_the_processor(tmp_path: Path, flags: str, features: list[str], state: str) -> None:
    path = tmp_path / "cpuinfo"
    path.write_text(INTEL.format(flags))
    finding = check_processor(path)
    assert (finding.values["features"], finding.state) == (features, state)
    assert finding.values["cores"] >= 1
    assert ("several times as long" in finding.text) == (state == "note")


def test_a_processor_that_does_not_tell(tmp_path: Path) -> None:
    assert check_processor(tmp_path / "none").state == "note"


def test_room_on_the_disk(tmp_path: Path) -> None:
    var = tmp_path / "not" / "yet"
    assert check_disk(var, least=1).state == "ok"
    for finding in (check_disk(var, least=2**60), check_disk(var, needed=2**60, least=1)):
        assert finding.state == "problem"
        assert finding.text.endswith("a build needs 1073741824.0: make room, or run `python -m index build --keep 2`")


def test_a_folder_that_cannot_be_written() -> None:
    assert not os.access("/proc/self", os.W_OK)
    assert check_disk(Path("/proc/self/var")).text.startswith("/proc/self cannot be written; ")


def test_few_descriptors() -> None:
    finding = check_descriptors(least=2**40)
    assert finding.state == "problem"
    assert finding.text.endswith("raise it with `ulimit -n 4096`")
