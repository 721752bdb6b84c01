"""Documents and where they come from, and every source that is refused."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from corpus.documents import Section
from corpus.errors import CorpusError
from corpus.sources import make_document, read_folder, read_jsonl, read_source


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


def test_make_document() -> None:
    document = make_document("notes/my_first-note", "\ufeffcafe\u0301\r\n")
    assert document.text == "café\n"
    assert document.info.title == "my first note"
    assert document.info.length == 5
    assert document.info.sha256 == sha256("café\n".encode()).hexdigest()
    assert document.info.sections == (Section((), 0, 4),)


def test_titles() -> None:
    assert make_document("a", "= Heading =\nx").info.title == "Heading"
    assert make_document("a", "= Heading =\nx", " Given\n title\u200b ").info.title == "Given title"
    assert make_document("a", "x", " ").info.title == "a"
    assert make_document("a/--", "x").info.title == "a/--"
    with pytest.raises(CorpusError, match=r"^document a has a title of 301 characters: 300 is the most$"):
        make_document("a", "x", "t" * 301)


@pytest.mark.parametrize(
    "name", ["a", "a/b c (1)/d.e-f_g", "Über uns", "مرکز", "研究所/見出し", "x" * 200, "q&a+b=c, d!"]
)
def test_ids_that_are_taken(name: str) -> None:
    assert make_document(name, "x").id == name


@pytest.mark.parametrize(
    "name",
    [
        *("", "x" * 201, "/a", "a//b", "a/", "..", "a/../b", "./a", " a", "a /b"),
        *("a\\b", "a?b", "a#b", "a%2fb", "a\nb", "a\tb", "a\x00", "e\u0301", "a\u202eb", "\ud800", "\u200b"),
    ],
)
def test_ids_that_are_refused(name: str) -> None:
    with pytest.raises(CorpusError) as refusal:
        make_document(name, "x")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("text", ["", " \n\t", "\ufeff\u200b\r\n"])
def test_text_of_only_white_space_is_refused(text: str) -> None:
    with pytest.raises(CorpusError, match=r"^document a holds only white space: remove it or give it text$"):
        make_document("a", text)


def test_text_with_nul_is_refused() -> None:
    with pytest.raises(CorpusError, match=r"^document a is binary \(NUL at character 2\): give it as plain text$"):
        make_document("a", "xy\x00")


def test_read_folder(folder: Path) -> None:
    found = [(d.id, d.info.title, d.text) for d in read_folder(folder)]
    assert found == [("b/two", "Second", "# Second\ntext"), ("one.part", "one.part", "first")]


def test_read_folder_takes_one_file(folder: Path) -> None:
    assert [d.id for d in read_source(folder / "b" / "two.md")] == ["two"]
    with pytest.raises(CorpusError, match=r"image\.png holds no text: put \.txt or \.md files there$"):
        read_folder(folder / "image.png")


def test_ids_are_nfc(tmp_path: Path) -> None:
    (tmp_path / "cafe\u0301.txt").write_text("x", encoding="utf-8")
    assert [d.id for d in read_folder(tmp_path)] == ["caf\u00e9"]


def test_missing_and_empty_folders_are_refused_before_the_first_document(tmp_path: Path) -> None:
    with pytest.raises(
        CorpusError, match=r"none does not exist or may not be read: name a folder of \.txt and \.md files$"
    ):
        read_folder(tmp_path / "none")
    with pytest.raises(CorpusError, match=r"holds no text: put \.txt or \.md files there$"):
        read_folder(tmp_path)


@pytest.mark.parametrize("names", [("a.txt", "a.md"), ("a.txt", "a.TXT"), ("e\u0301.txt", "\u00e9.txt")])
def test_two_files_with_one_id_are_refused_before_the_first_document(tmp_path: Path, names: tuple[str, str]) -> None:
    for name in names:
        (tmp_path / name).write_text("x", encoding="utf-8")
    with pytest.raises(CorpusError, match=r" and .* have one id, [aé]: rename one of them$"):
        read_folder(tmp_path)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"ab\ncd\xff", "bad.txt is not UTF-8 at byte 5, line 2: save it as UTF-8"),
        (b"\n\n\x00", "bad.txt is binary (NUL at byte 2, line 3): save it as plain text in UTF-8"),
        (b" \n", "bad.txt: document bad holds only white space: remove it or give it text"),
        (b"x" * 11, "bad.txt has 11 bytes, more than 10: split it into smaller files"),
    ],
)
def test_files_that_are_refused(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "a.txt").write_text("good", encoding="utf-8")
    (tmp_path / "bad.txt").write_bytes(data)
    documents = read_folder(tmp_path, max_bytes=10)
    assert next(documents).id == "a"
    with pytest.raises(CorpusError) as refusal:
        next(documents)
    assert str(refusal.value) == f"{tmp_path}/{message}"


def test_an_unreadable_file_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", deny)
    with pytest.raises(CorpusError, match=r"two\.md cannot be read \(Permission denied\): check its permissions$"):
        next(read_folder(folder))


def test_links(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (folder / "inside.txt").symlink_to(folder / "one.part.TXT")
    (folder / "again").symlink_to(folder / "b")
    assert [d.id for d in read_folder(folder)] == ["b/two", "inside", "one.part"]
    outside = tmp_path_factory.mktemp("outside")
    (folder / "leak").symlink_to(outside)
    with pytest.raises(CorpusError, match=r"leak is a link out of .*: copy what it names, or remove it$"):
        read_folder(folder)


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "a.txt")
    with pytest.raises(CorpusError, match=r"a\.txt is not a regular file: remove it$"):
        next(read_folder(tmp_path))


def test_a_name_that_does_not_print_is_shown_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "a\nb.txt").write_text("x", encoding="utf-8")
    with pytest.raises(CorpusError) as refusal:
        next(read_folder(tmp_path))
    assert "a\\nb.txt" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_read_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "documents.jsonl"
    rows = [{"id": "b", "text": "x"}, {"id": "a", "text": "y", "title": "T"}, {"id": "c", "text": "z", "title": None}]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert [(d.id, d.info.title, d.text) for d in read_source(path)] == [
        ("b", "b", "x"),
        ("a", "T", "y"),
        ("c", "c", "z"),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", "not JSON in UTF-8"),
        (b"", "not JSON in UTF-8"),
        (b'"\xff"', "not JSON in UTF-8"),
        (b"[" * 100_000, "not JSON in UTF-8"),
        (b"[]", "not a document"),
        (b'{"id": "a"}', "not a document"),
        (b'{"id": "b", "text": "x", "url": "y"}', "not a document"),
        (b'{"id": 1, "text": "x"}', "id, text and title must be strings"),
        (b'{"id": "b", "text": " "}', "document b holds only white space"),
        (b'{"id": "a", "text": "x"}', "a second document with the id a"),
    ],
)
def test_bad_lines_are_refused_with_file_and_line(tmp_path: Path, line: bytes, message: str) -> None:
    path = tmp_path / "documents.jsonl"
    path.write_bytes(b'{"id": "a", "text": "x"}\n' + line + b"\n")
    with pytest.raises(CorpusError) as refusal:
        list(read_jsonl(path))
    assert str(refusal.value).startswith(f"{path}, line 2: {message}")
    assert "\n" not in str(refusal.value)


def test_a_jsonl_file_that_is_missing_or_empty_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"none\.jsonl cannot be read \(No such file or directory\)"):
        list(read_source(tmp_path / "none.jsonl"))
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(CorpusError, match=r"empty\.jsonl holds no document"):
        list(read_source(tmp_path / "empty.jsonl"))
