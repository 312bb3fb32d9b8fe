import csv
import gzip
import io
import json
import random
import struct

import pyarrow
import pytest
from backports import zstd
from pyarrow import ipc, parquet

from training.common.errors import UserError
from training.corpora import Document, Reading, open_corpus, require_corpus, tables

TEXTS = [
    "You say goodbye.\nI say hello.",
    "First paragraph.\n\nThe second, \u201cquoted\u201d;",
    "Hi",
]
WANTED = [
    Document("a#0", ["You say goodbye.\nI say hello.\n"]),
    Document("a#1", ["First paragraph.\nThe second, \u201cquoted\u201d;\n"]),
    Document("a#2", ["Hi\n"]),
]


def rows():
    return [{"id": n, "title": f"T{n}", "text": text} for n, text in enumerate(TEXTS)]


def json_lines() -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows()).encode()


def separated(delimiter: str) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, ["id", "title", "text"], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows())
    return stream.getvalue().encode("utf-8-sig")


def arrow_stream() -> bytes:
    """As `datasets.Dataset.save_to_disk` writes it."""
    stream, table = io.BytesIO(), pyarrow.Table.from_pylist(rows())
    with ipc.new_stream(stream, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    return stream.getvalue()


def arrow_file() -> bytes:
    stream, table = io.BytesIO(), pyarrow.Table.from_pylist(rows())
    with ipc.new_file(stream, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    return stream.getvalue()


def parquet_file() -> bytes:
    stream = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(rows()), stream, row_group_size=2)
    return stream.getvalue()


def damaged_offsets() -> bytes:
    """An Arrow file in which a text ends before it begins."""
    first, second = (len(text.encode()) for text in TEXTS[:2])
    offsets = struct.pack("<3i", 0, first, first + second)
    assert offsets in arrow_file()
    return arrow_file().replace(offsets, struct.pack("<3i", 0, first, -first))


FORMATS = {
    ".jsonl": json_lines,
    ".ndjson": json_lines,
    ".csv": lambda: separated(","),
    "-semicolons.csv": lambda: separated(";"),
    ".tsv": lambda: separated("\t"),
    ".parquet": parquet_file,
    ".arrow": arrow_stream,
    ".feather": arrow_file,
}
PACKINGS = {"": bytes, ".gz": gzip.compress, ".zst": zstd.compress}
COLUMN = Reading(field="text")


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("suffix", FORMATS)
def test_each_row_of_each_format_is_a_document(tmp_path, suffix, packing):
    path = tmp_path / f"a{suffix}{packing}"
    path.write_bytes(PACKINGS[packing](FORMATS[suffix]()))
    corpus = open_corpus(str(path), segmentation="sentence", reading=COLUMN)
    documents = list(corpus.documents("train"))
    assert [document.texts for document in documents] == [each.texts for each in WANTED]
    assert documents[1].key == f"a{suffix}#1"
    assert corpus.notes == ()


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_packed_text_is_read_like_a_plain_one(tmp_path, packing):
    (tmp_path / f"a.txt{packing}").write_bytes(PACKINGS[packing](b"One.\n\nTwo.\n"))
    corpus = open_corpus(str(tmp_path), segmentation="sentence")
    assert list(corpus.documents("train")) == [
        Document("a.txt#0", ["One.\n"]),
        Document("a.txt#1", ["Two.\n"]),
    ]


def test_the_format_does_not_change_the_content(tmp_path):
    digests = set()
    for suffix, make in FORMATS.items():
        (tmp_path / f"a{suffix}").write_bytes(make())
        digests.add(tables.check_table(tmp_path / f"a{suffix}", "text").sha256)
    assert len(digests) == 1


def test_a_folder_of_the_hugging_face_library_is_read(tmp_path):
    for part in range(2):
        (tmp_path / f"data-{part:05}-of-00002.arrow").write_bytes(arrow_stream())
    for name in ("dataset_info.json", "state.json"):
        (tmp_path / name).write_text("{}")
    corpus = open_corpus(str(tmp_path), segmentation="sentence", reading=COLUMN)
    assert len(list(corpus.documents("train"))) == 6
    assert corpus.notes == ("not read: 2 .json",)


def test_tables_and_texts_of_a_folder_are_read_together(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(json_lines())
    (tmp_path / "b.txt").write_text("A text.")
    assert len(list(open_corpus(str(tmp_path), reading=COLUMN).documents("train"))) == 4
    corpus = open_corpus(str(tmp_path))
    assert len(list(corpus.documents("train"))) == 1 and "not read: 1 .jsonl" in corpus.notes


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_table_without_a_column_is_refused_with_those_it_has(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(FORMATS[suffix]())
    wanted = r"is a table, not plain text; name its text column: FIELD=text \(or title\), or rename"
    with pytest.raises(UserError, match=wanted):
        open_corpus(str(path))
    with pytest.raises(UserError, match=r"has no column 'body'; name its text column.*text"):
        open_corpus(str(path), reading=Reading(field="body"))


def test_a_folder_of_tables_alone_asks_for_a_column(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(json_lines())
    for look in (open_corpus, require_corpus):
        with pytest.raises(UserError, match=r"1 .jsonl\); name the text column .*FIELD=text"):
            look(str(tmp_path))
    require_corpus(str(tmp_path), "text")


@pytest.mark.parametrize("name", ["chitchat", "a.txt", "splits"])
def test_a_column_of_what_is_no_table_is_refused(tmp_path, name):
    (tmp_path / "splits").mkdir()
    for place in ("a.txt", "splits/train.txt", "splits/valid.txt"):
        (tmp_path / place).write_text("A text.")
    place = name if name == "chitchat" else str(tmp_path / name)
    with pytest.raises(UserError, match="FIELD=text .* no table; remove it"):
        open_corpus(place, reading=COLUMN)


def test_rows_that_cannot_be_used_are_counted_in_one_note(tmp_path):
    lines = ['{"text": "Hello."}', "no json", "[1]", '{"text": 3}', '{"text": " "}', '{"x": "y"}']
    (tmp_path / "a.jsonl").write_text("\n".join([*lines, ""]))
    (tmp_path / "empty.txt").touch()
    (tmp_path / "b.md").touch()
    corpus = open_corpus(str(tmp_path), segmentation="sentence", reading=COLUMN)
    assert [document.texts for document in corpus.documents("train")] == [["Hello.\n"]]
    assert corpus.notes == (
        "not read: 1 .md; 1 file without text; 2 lines that are not JSON objects; "
        "3 rows without text in 'text'",
    )


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.jsonl", b'{"text": "caf\xe9"}\n', "not UTF-8"),
        ("a.csv", b"text\ncaf\xe9\n", r"not UTF-8 \(byte 8\).* > a-utf8.csv"),
        ("a.csv", b"text\n" + b"caf\n" * 10_000 + b"\xe9\n", r"not UTF-8 \(byte 40005\)"),
        ("a.csv", "text\ncaf\u00e9\n".encode("utf-16"), "is UTF-16, .*iconv -f utf-16 -t utf-8"),
        ("a.jsonl", '{"text": "caf\u00e9"}\n'.encode("utf-16"), "is UTF-16, not UTF-8"),
        ("a.parquet", parquet_file()[:-20], "is damaged"),
        ("a.parquet", b"PAR1", "is damaged"),
        ("a.arrow", arrow_stream()[:-50], "is damaged"),
        ("a.feather", arrow_file()[:-50], "is damaged"),
        ("a.arrow", b"", "is damaged"),
        ("a.jsonl.gz", gzip.compress(json_lines(), mtime=0)[:-9], "is damaged"),
        ("a.jsonl.zst", zstd.compress(json_lines())[:-9], "is damaged"),
        ("a.jsonl", b"", "has no column 'text'|no text"),
        ("a.parquet", parquet_file().replace(b"Hi", b"\xff\xff"), "is damaged"),
        ("a.arrow", arrow_stream().replace(b"Hi", b"\xff\xff"), "is damaged"),
        ("a.feather", damaged_offsets(), "is damaged"),
    ],
)
def test_damaged_tables_are_refused_in_one_line(tmp_path, name, content, complaint):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=complaint) as error:
        open_corpus(str(tmp_path / name), reading=COLUMN)
    assert name in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_table_without_rows_has_no_text(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    if suffix == ".csv":
        path.write_text("id,text\n")
    else:
        parquet.write_table(pyarrow.table({"text": pyarrow.array([], "string")}), path)
    with pytest.raises(UserError, match="contains no text"):
        open_corpus(str(path), reading=COLUMN)


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_of_several_columns_with_one_name_the_last_one_is_read(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    table = pyarrow.table([["one"], ["two"], [3]], names=["text", "text", "id"])
    if suffix == ".parquet":
        parquet.write_table(table, path)
    else:
        with ipc.new_stream(path, table.schema) as writer:
            writer.write_table(table)
    assert list(tables.table_lines(path, "text")) == ["two\n", "\n"]
    assert tables.columns_of(path) == ["text"]


def test_a_quotation_mark_that_is_missing_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "LONGEST_ROW", 1_000)
    (tmp_path / "a.csv").write_text('text\n"' + "never closed\n" * 200)
    with pytest.raises(UserError, match="as a table .*check its quotation marks"):
        open_corpus(str(tmp_path / "a.csv"), reading=COLUMN)
    (tmp_path / "a.jsonl").write_text('{"text": "' + "x" * 1_000)
    with pytest.raises(UserError, match="write one JSON object per line"):
        open_corpus(str(tmp_path / "a.jsonl"), reading=COLUMN)


def test_a_long_row_is_cut_and_stays_one_document_in_one_part(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "LONGEST_LINE", 20)
    text = "word " * 40 + "end"
    assert "".join(tables.row_lines(text)) == text + "\n\n"
    assert all(len(line) <= 20 for line in tables.row_lines(text))


def test_the_texts_of_a_table_that_changes_are_refused(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(json_lines())
    corpus = open_corpus(str(tmp_path / "a.jsonl"), reading=COLUMN)
    (tmp_path / "a.jsonl").write_bytes(json_lines().replace(b"Hi", b"Ho"))
    with pytest.raises(UserError, match="changed while it was being read"):
        list(corpus.documents("train"))


def test_any_text_comes_through_a_table_with_its_words(tmp_path):
    chance = random.Random(1)
    letters = "ab \n\r\t\x85\u2028\ufeff\0\"',;\\\U0001f600\u00e9"
    texts = ["".join(chance.choices(letters, k=30)) for _ in range(200)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps({"text": t}) + "\n" for t in texts))
    parquet.write_table(pyarrow.table({"text": texts}), tmp_path / "b.parquet")
    first, second = (tables.check_table(tmp_path / n, "text") for n in ("a.jsonl", "b.parquet"))
    assert first.sha256 == second.sha256 and first.characters == second.characters
