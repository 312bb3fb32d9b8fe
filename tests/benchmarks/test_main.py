import dataclasses
import json
import shutil

import pytest

from benchmarks import __main__ as benchmark
from tests.commands import one_line, run_command
from training.common.errors import UserError

PHRASES = ["hello how are you", "I love pizza", "what do you do for work"] * 4


@pytest.fixture(scope="module")
def phrases(tmp_path_factory):
    path = tmp_path_factory.mktemp("phrases") / "phrases.txt"
    path.write_text("\n".join(PHRASES) + "\n")
    return path


@pytest.fixture(scope="module")
def figures(trained, exported, programs, phrases):
    """The files that the command writes to the folder of the run."""
    arguments = ["--run", trained.name, "--runs", str(trained.folder.parent)]
    arguments += ["--exports", str(exported.parent), "--", str(phrases)]
    assert benchmark.main(arguments) == 0
    return json.loads((trained.folder / "benchmark.json").read_text())


def test_every_model_is_measured_on_every_text(figures):
    assert [text["text"] for text in figures] == ["chitchat", "phrases"]
    for text in figures:
        names = list(text["models"])
        assert names == ["RNN int8", "RNN float", "5-gram KN", "3-gram KN", "unigram"]


def test_all_models_are_measured_over_the_same(figures):
    for text in figures:
        for count in ("tokens", "words", "characters", "unknown", "documents"):
            assert len({model[count] for model in text["models"].values()}) == 1


def test_the_figures_of_the_shipped_copy_are_those_of_its_manifest(figures, exported):
    manifest = json.loads((exported / "manifest.json").read_text())
    told = manifest["artifacts"]["model.tflite"]["metrics"]
    measured = figures[0]["models"]["RNN int8"]
    assert measured["perplexity"] == pytest.approx(told["perplexity"], rel=1e-4)
    assert measured["top3"] == pytest.approx(told["top3"], abs=1e-4)


def test_phrases_are_documents_of_their_own(figures):
    assert figures[1]["kind"] == "phrases"
    assert figures[1]["models"]["unigram"]["documents"] == len(PHRASES)


def shares_of(model: str, markdown: str) -> list[float]:
    section = markdown[markdown.index("## judgement and generation") :]
    row = next(line for line in section.splitlines() if line.startswith(f"| {model} |"))
    return [float(cell.strip(" %")) for cell in row.split("|")[2:-1] if "%" in cell]


def test_models_that_know_an_order_notice_swapped_words_and_unigrams_do_not(figures, trained):
    text = (trained.folder / "benchmark.md").read_text()
    assert shares_of("unigram", text)[0] == 0
    for model in ("RNN int8", "5-gram KN"):
        swapped, replaced, *_ = shares_of(model, text)
        assert swapped > 60 and replaced > 60


def test_what_is_written_is_measured_beside_the_held_out_text(figures, trained):
    text = (trained.folder / "benchmark.md").read_text()
    held_out, network = shares_of("(test text)", text), shares_of("RNN int8", text)
    assert len(held_out) == 4 and len(network) == 6
    assert network[2] < network[3] < network[4]


def test_the_tables_are_kept_as_markdown_without_places(figures, trained, phrases):
    text = (trained.folder / "benchmark.md").read_text()
    assert "| RNN int8 |" in text and "phrases (phrases): 12 documents" in text
    assert str(phrases.parent) not in text
    assert f"python -m benchmarks --run {trained.name} --runs {trained.folder.parent.name}" in text
    assert "-- phrases.txt`, on" in text


def test_tables_are_written_to_be_committed_only_if_asked(trained, tmp_path, monkeypatch):
    # A copy, because another process may be reading the tables of the run that all tests share.
    shutil.copytree(trained.folder, tmp_path / "runs" / trained.name)
    arguments = ["--run", trained.name, "--runs", str(tmp_path / "runs")]
    arguments += ["--exports", str(tmp_path / "none")]
    monkeypatch.setattr(benchmark, "RESULTS", tmp_path)
    monkeypatch.setattr(benchmark, "contenders", lambda *_: iter(()))
    monkeypatch.setattr(benchmark, "Results", FakeResults)
    benchmark.main(arguments)
    assert not (tmp_path / f"{trained.name}.md").exists()
    benchmark.main([*arguments, "--keep"])
    assert (tmp_path / f"{trained.name}.md").exists()


@pytest.mark.rivals
def test_a_text_from_elsewhere_does_without_a_held_out_part(
    trained, prepared, phrases, monkeypatch, capsys
):
    short = dataclasses.replace(prepared, counts={"train": prepared.counts["train"]})
    monkeypatch.setattr(benchmark, "open_prepared", lambda _: short)
    monkeypatch.setattr(benchmark, "networks", lambda *_: [])
    monkeypatch.setattr(benchmark, "write_json", lambda *_: None)
    monkeypatch.setattr(benchmark, "write_markdown", lambda *_: None)
    arguments = ["--run", trained.name, "--runs", str(trained.folder.parent)]
    assert benchmark.main([*arguments, "--", str(phrases)]) == 0
    assert "phrases (phrases): 12 documents" in capsys.readouterr().out
    with pytest.raises(UserError, match="has no test part; name other texts"):
        benchmark.main(arguments)


class FakeResults:
    def __init__(self, text):
        self.text = text

    def tables(self):
        return []

    def as_dict(self):
        return {}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--runs", "nowhere"], "make train"),
        (["--part", "train"], "PART (--part) must be test or valid"),
        (["--run", "../up"], "RUN (--run) must be a name"),
    ],
)
def test_a_mistake_is_one_line(tmp_path, arguments, complaint):
    result = run_command("benchmarks", *arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert complaint in one_line(result)
