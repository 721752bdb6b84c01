"""Checks of this machine: Python and the libraries, the processor, the disk, file descriptors."""

import os
import platform
import re
import resource
import shutil
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from index.machine import available_threads
from service.doctor.findings import Finding

DISTRIBUTION = "centreqa"
NOT_SERVING = {"dev", "eval"}  # extras of no use to a service
CPUINFO = Path("/proc/cpuinfo")
# How the kernel writes the features that decide how fast the encoder is, and what they are called.
FEATURES: Mapping[str, str] = {
    "avx2": "AVX2",
    "avx512f": "AVX-512",
    "avx_vnni": "VNNI",
    "avx512_vnni": "VNNI (AVX-512)",
    "amx_int8": "AMX",
    "asimddp": "dot product",
    "i8mm": "int8 matrices",
}
INT8 = {"avx_vnni", "avx512_vnni", "asimddp", "i8mm"}  # any of these multiplies bytes at full speed
LEAST_DESCRIPTORS = 256  # each connection takes one, and an open snapshot some 30
LEAST_FREE = 256 * 1024**2  # bytes on the disk, for a small build and the model files derived from the weights


def check_libraries(distribution: str = DISTRIBUTION) -> Finding:
    """Whether every library that is needed is installed, in a version that was declared."""
    try:
        declared = [Requirement(line) for line in metadata.requires(distribution) or ()]
        extras = set(metadata.metadata(distribution).get_all("Provides-Extra") or ()) - NOT_SERVING
    except metadata.PackageNotFoundError:
        return Finding("libraries", "problem", f"{distribution} is not installed here; run make install")
    versions: dict[str, str] = {}
    wrong: list[str] = []
    for requirement in declared:
        marker = requirement.marker
        is_needed = marker is None or marker.evaluate({"extra": ""})
        if marker and not is_needed and not any(marker.evaluate({"extra": extra}) for extra in extras):
            continue
        try:
            installed = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            if is_needed:
                wrong.append(f"{requirement.name} is missing")
            continue
        versions[requirement.name] = installed
        if not requirement.specifier.contains(installed, prereleases=True):
            wrong.append(f"{requirement.name} is {installed}, not {requirement.specifier}")
    if wrong:
        return Finding("libraries", "problem", f"{'; '.join(wrong)}; run make install", versions)
    shown = ("faiss-cpu", "numpy", "onnxruntime", "tokenizers", "fastapi", "uvicorn", "pydantic")
    text = ", ".join(f"{name} {versions[name]}" for name in shown if name in versions)
    return Finding("libraries", "ok", f"{len(versions)} in the versions that were declared: {text}", versions)


def check_python() -> Finding:
    """Which Python runs, and on what."""
    version, system = platform.python_version(), f"{platform.system()} {platform.release()} {platform.machine()}"
    return Finding("python", "ok", f"{version} on {system}", {"python": version, "system": system})


def check_processor(cpuinfo: Path = CPUINFO) -> Finding:
    """Cores that may be used, and the features that decide how fast the encoder is."""
    cores = available_threads()
    try:
        words = set(re.findall(r"\w+", cpuinfo.read_text("utf-8", "replace")))
    except OSError:
        return Finding("processor", "note", f"{cores} cores; its features are not known here", {"cores": cores})
    found = [feature for feature in FEATURES if feature in words]
    text = f"{cores} cores with {', '.join(FEATURES[feature] for feature in found) or 'no known feature'}"
    values = {"cores": cores, "features": found}
    if INT8.isdisjoint(found):
        return Finding("processor", "note", f"{text}; without VNNI a question takes several times as long", values)
    return Finding("processor", "ok", text, values)


def check_disk(var: Path, needed: int = 0, least: int = LEAST_FREE) -> Finding:
    """Whether a build has room for `needed` bytes, and at least for the `least`, and may write there."""
    folder = next(path for path in (var.absolute(), *var.absolute().parents) if path.is_dir())
    if not os.access(folder, os.W_OK):
        return Finding("disk", "problem", f"{folder} cannot be written; give it to the user that runs this")
    free = shutil.disk_usage(folder).free
    values = {"folder": str(var), "free": free}
    text = f"{free / 1024**3:.1f} GiB free for {var}"
    if free < (wanted := max(needed, least)):
        advice = f"a build needs {wanted / 1024**3:.1f}: make room, or run `python -m index build --keep 2`"
        return Finding("disk", "problem", f"{text}; {advice}", values)
    return Finding("disk", "ok", text, values)


def check_descriptors(least: int = LEAST_DESCRIPTORS) -> Finding:
    """How many files and connections a process may hold open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    values = {"soft": soft, "hard": hard}
    if 0 <= soft < least:
        text = f"a process may open {soft} files, and each connection is one; raise it with `ulimit -n 4096`"
        return Finding("descriptors", "problem", text, values)
    return Finding("descriptors", "ok", f"a process may open {soft} files", values)


def check_machine() -> Iterable[Finding]:
    """All of these but the disk, which depends on what is served."""
    yield check_python()
    yield check_libraries()
    yield check_processor()
    yield check_descriptors()
