"""Folders as documents: what is read, what is left out, what is refused."""

import os
import time
from pathlib import Path

import pytest

from corpus.errors import CorpusError
from corpus.reading.folder import read_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.md").write_text("# Second\ntext", encoding="utf-8")
    (tmp_path / "one.part.TXT").write_text("first", encoding="utf-8")
    (tmp_path / ".hidden.txt").write_text("no", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.txt").write_text("no", encoding="utf-8")
    (tmp_path / "image.png").write_bytes(b"\x00")
    return tmp_path


def test_read_folder(folder: Path) -> None:
    found = [(d.id, d.info.title, d.text) for d in read_folder(folder)]
    assert found == [("b/two", "Second", "# Second\ntext"), ("one.part", "one.part", "first")]


def test_read_folder_takes_one_file(folder: Path) -> None:
    assert [d.id for d in read_folder(folder / "b" / "two.md")] == ["two"]
    with pytest.raises(
        CorpusError, match=r"image\.png holds no text: put \.csv, .*\.pdf, .*\.txt, \.vtt or \.xlsx files there$"
    ):
        read_folder(folder / "image.png")


def test_ids_are_nfc(tmp_path: Path) -> None:
    (tmp_path / "cafe\u0301.txt").write_text("x", encoding="utf-8")
    assert [d.id for d in read_folder(tmp_path)] == ["caf\u00e9"]


def test_missing_and_empty_folders_are_refused_before_the_first_document(tmp_path: Path) -> None:
    with pytest.raises(
        CorpusError,
        match=r"none does not exist or may not be read: name a folder of \.csv, .*\.txt, \.vtt or \.xlsx files$",
    ):
        read_folder(tmp_path / "none")
    with pytest.raises(CorpusError, match=r"holds no text: put \.csv, .* or \.xlsx files there$"):
        read_folder(tmp_path)


@pytest.mark.parametrize("names", [("a.txt", "a.md"), ("a.txt", "a.TXT"), ("e\u0301.txt", "\u00e9.txt")])
def test_strictly_two_files_of_one_name_are_refused_before_the_first_document(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    for name in names:
        (tmp_path / name).write_text("x", encoding="utf-8")
    with pytest.raises(CorpusError, match=r" and .* have one id, [aé]: rename one of them$"):
        read_folder(tmp_path, strict=True)


def test_ids_leave_out_the_suffixes_of_texts_alone(tmp_path: Path) -> None:
    for name in ("a.txt", "a.md", "b.txt", "c/a.txt", "c/a.csv", "e\u0301.txt", "\u00e9.txt", "\u00e9.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    documents = read_folder(tmp_path)
    assert [document.id for document in documents] == ["a", "a.txt", "b", "c/a", "c/a.csv", "é", "é.txt"]
    assert [left.file for left in documents.report.left_out] == ["é.txt"]
    assert "have one id, é.txt: rename one of them" in documents.report.left_out[0].reason


@pytest.mark.parametrize(("first", "second"), [("a.html", "a.csv"), ("a.csv", "a.html"), ("a.txt", "a.csv")])
def test_a_second_file_of_one_name_leaves_the_id_of_the_first_alone(tmp_path: Path, first: str, second: str) -> None:
    (tmp_path / first).write_text("Words.", encoding="utf-8")
    (before,) = (document.id for document in read_folder(tmp_path))
    (tmp_path / second).write_text("Words.", encoding="utf-8")
    both = [document.id for document in read_folder(tmp_path, strict=True)]
    assert len(both) == 2
    assert before in both


def test_a_file_without_a_heading_is_named_without_its_suffix(tmp_path: Path) -> None:
    (tmp_path / "price_list.csv").write_text("Item,Price\nBolt,3\n", encoding="utf-8")
    assert [(d.id, d.info.title) for d in read_folder(tmp_path)] == [("price_list.csv", "price list")]


def test_a_table_of_one_line_that_is_too_long_is_not_even_opened(tmp_path: Path) -> None:
    with (tmp_path / "long.csv").open("wb") as file:
        file.truncate(400_000_000)
    with pytest.raises(CorpusError, match=r"long\.csv has 400000000 bytes, more than 52428800: split it"):
        list(read_folder(tmp_path, strict=True))


BAD = [
    (b"ab\ncd\x81\xff\x8d", "bad.txt is not UTF-8 at byte 5, line 2: save it as UTF-8"),
    (b"\n\n\x00", "bad.txt is binary (NUL at byte 2, line 3): save it as plain text in UTF-8"),
    (b" \n", "bad.txt: document bad holds only white space: remove it or give it text"),
    (b"x" * 11, "bad.txt has 11 bytes, more than 10: split it into smaller files"),
]


@pytest.mark.parametrize(("data", "message"), BAD)
def test_strictly_files_are_refused(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "a.txt").write_text("good", encoding="utf-8")
    (tmp_path / "bad.txt").write_bytes(data)
    documents = read_folder(tmp_path, max_bytes=10, strict=True)
    assert next(documents).id == "a"
    with pytest.raises(CorpusError) as refusal:
        next(documents)
    assert str(refusal.value) == f"{tmp_path}/{message}"


@pytest.mark.parametrize(("data", "message"), BAD)
def test_files_are_left_out(tmp_path: Path, data: bytes, message: str) -> None:
    for name in ("a", "z"):
        (tmp_path / f"{name}.txt").write_text("good", encoding="utf-8")
    (tmp_path / "bad.txt").write_bytes(data)
    documents = read_folder(tmp_path, max_bytes=10)
    assert [document.id for document in documents] == ["a", "z"]
    reason = message.removeprefix("bad.txt").lstrip(": ")
    assert [(left.file, left.reason) for left in documents.report.left_out] == [("bad.txt", reason)]


def test_a_file_that_stands_alone_is_refused_and_so_is_a_folder_of_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\x00")
    with pytest.raises(CorpusError, match=r"bad\.txt is binary"):
        list(read_folder(tmp_path / "bad.txt"))
    with pytest.raises(CorpusError, match=r": none of its files can be read; the first is bad\.txt: is binary"):
        list(read_folder(tmp_path))


def test_the_report_names_everything(tmp_path: Path) -> None:
    files = {
        "a.txt": "Größe".encode("cp1252"),
        "page.html": "<p>日本語".encode("utf-16"),
        "bad.docx": b"x",
        "bad.pdf": b"x",
        "1.png": b"",
        "2.PNG": b"",
        "Makefile": b"",
        "~$open.docx": b"",
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    documents = read_folder(tmp_path)
    assert [document.text for document in documents] == ["Größe", "日本語"]
    assert list(documents.report.lines()) == [
        "2 files left out:",
        "  bad.docx: is damaged (File is not a zip file): save it again with the program that made it",
        "  bad.pdf: is damaged (Failed to load document (PDFium: Data format error).): save it again with the program "
        "that made it",
        "not read: .png (2), without suffix (1)",
        "read as iso-8859-1: a.txt",
        "read as utf-16-le: page.html",
    ]


@pytest.mark.parametrize("name", ["100% #1?", "a%2Fb", "مرکز", "研究 所", "q&a+b=c, d!", "🎉", "a\u200db"])
def test_names_of_any_script_and_sign_are_ids(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.txt").write_text("x", encoding="utf-8")
    assert [document.id for document in read_folder(tmp_path)] == [name]


def test_the_date_of_a_file_is_metadata(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    os.utime(tmp_path / "a.txt", (0, 86_400 * 366))
    assert next(read_folder(tmp_path)).info.metadata == (("modified", "1971-01-02"),)


def test_every_format_is_read_with_one_process_for_all(tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / f"{number}.html").write_text(f"<h1>Page {number}</h1><p>Words.", encoding="utf-8")
    (tmp_path / "rows.csv").write_text("Item,Price\nBolt,3\n", encoding="utf-8")
    (tmp_path / "a.markdown").write_text("# A\n\nx", encoding="utf-8")
    started = time.perf_counter()
    titles = [document.info.title for document in read_folder(tmp_path)]
    assert time.perf_counter() - started < 10
    assert titles[0] == "Page 0"
    assert len(titles) == 202


def test_links(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (folder / "inside.txt").symlink_to(folder / "one.part.TXT")
    (folder / "again").symlink_to(folder / "b")
    assert [d.id for d in read_folder(folder)] == ["b/two", "inside", "one.part"]
    outside = tmp_path_factory.mktemp("outside")
    (folder / "leak").symlink_to(outside)
    with pytest.raises(CorpusError, match=r"leak is a link out of .*: copy what it names, or remove it$"):
        next(read_folder(folder, strict=True))
    documents = read_folder(folder)
    assert len(list(documents)) == 3
    assert [left.file for left in documents.report.left_out] == ["leak"]


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "a.txt")
    with pytest.raises(CorpusError, match=r"a\.txt cannot be read \(Too many levels .*\): check its permissions$"):
        next(read_folder(tmp_path, strict=True))


def test_a_suffix_that_does_not_print_is_shown_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    for name in (b"a.x\ny", b"a.\xff"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).touch()
    documents = read_folder(tmp_path)
    assert len(list(documents)) == 1
    assert list(documents.report.lines()) == [r"not read: '.\udcff' (1), '.x\ny' (1)"]


def test_a_name_that_does_not_print_is_shown_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "a\nb.txt").write_text("x", encoding="utf-8")
    with pytest.raises(CorpusError) as refusal:
        next(read_folder(tmp_path, strict=True))
    assert "a\\nb.txt" in str(refusal.value)
    assert "\n" not in str(refusal.value)
