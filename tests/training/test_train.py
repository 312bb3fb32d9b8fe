"""`python -m training.train` as a user runs it: its files, and errors in one line."""

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.commands import one_line, run_command
from training.common.files import read_json
from training.data.prepare import open_prepared
from training.generate import main as generate
from training.network.run import Run
from training.text.vocabulary import END

SETTINGS = ("epochs=4", "checkpoint_steps=15", "minimum_steps=0", "vocabulary_size=600")
TINY = ["--preset", "tiny", "--run", "mine", *(f"--set={setting}" for setting in SETTINGS)]


def train(cwd: Path, corpus: object, *arguments: object) -> subprocess.CompletedProcess[str]:
    return run_command("training.train", "--corpus", corpus, *TINY, *arguments, cwd=cwd)


@pytest.fixture(scope="module")
def finished(tmp_path_factory, own_text) -> Path:
    """A folder with the finished run `mine`."""
    folder = tmp_path_factory.mktemp("finished")
    result = train(folder, own_text)
    assert result.returncode == 0, result.stderr
    return folder


def test_a_finished_run_has_figures_a_curve_and_logs(finished):
    run = Run(finished / "runs/mine")
    assert run.information["finished"]
    assert run.metrics is not None and run.metrics["perplexity"] > 1
    assert (run.folder / "curve.png").read_bytes().startswith(b"\x89PNG")
    assert list((run.folder / "logs").glob("events.*"))
    assert len(run.history()) == 4


def test_a_finished_run_is_not_trained_again(finished, own_text):
    before = (finished / "runs/mine/weights.npz").stat().st_mtime_ns
    result = train(finished, own_text)
    assert result.returncode == 0
    assert "already trained" in result.stdout
    assert (finished / "runs/mine/weights.npz").stat().st_mtime_ns == before


def test_a_run_that_was_stopped_while_measured_is_measured_and_not_trained_again(
    finished, own_text, tmp_path
):
    shutil.copytree(finished / "runs", tmp_path / "runs")
    run = Run(tmp_path / "runs/mine")
    run.update_information(finished=False)
    *earlier, last = run.history()
    records = [*earlier, {**last, "seconds": 630.0}]
    (run.folder / "history.jsonl").write_text("".join(json.dumps(one) + "\n" for one in records))
    result = train(tmp_path, own_text)
    assert result.returncode == 0, result.stderr
    assert "trained in 10.5 minutes" in result.stdout
    assert run.history() == records
    assert Run(run.folder).information["finished"]


def test_a_run_of_another_text_is_left_alone(finished, own_text, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text(own_text.read_text().replace("hello", "greetings"))
    before = {p: p.stat().st_mtime_ns for p in (finished / "runs/mine").glob("*.npz")}
    assert "was trained with a different corpus" in one_line(train(finished, other))
    assert before == {p: p.stat().st_mtime_ns for p in (finished / "runs/mine").glob("*.npz")}


def test_a_run_of_other_settings_is_left_alone(finished, own_text):
    complaint = one_line(train(finished, own_text, "--set", "units=32"))
    assert "was trained with units 64, not 32" in complaint


def test_a_vocabulary_that_was_changed_after_training_is_noticed(finished, tmp_path):
    shutil.copytree(finished / "runs", tmp_path / "runs")
    vocabulary = tmp_path / "runs/mine/vocabulary.txt"
    lines = vocabulary.read_text().splitlines()
    lines[-1] += "x"
    vocabulary.write_text("\n".join(lines) + "\n")
    result = run_command("training.score", "hello", "--run", "mine", cwd=tmp_path)
    assert "was changed after training" in one_line(result)


def broken_corpora(folder: Path) -> dict[str, tuple[Path, str]]:
    """Return mistakes by name: the path to pass, and a part of the error message."""
    files = {
        "empty": b"",
        "binary": bytes(range(256)) * 50,
        "latin": "caf\xe9 au lait\n".encode("latin-1") * 30,
    }
    for name, content in files.items():
        (folder / f"{name}.txt").write_bytes(content)
    (folder / "nothing").mkdir()
    return {
        "missing": (folder / "missing.txt", "missing.txt"),
        "empty": (folder / "empty.txt", "empty"),
        "no text": (folder / "nothing", "nothing"),
        "binary": (folder / "binary.txt", "binary"),
        "latin": (folder / "latin.txt", "UTF-8"),
    }


@pytest.mark.parametrize("mistake", ["missing", "empty", "no text", "binary", "latin"])
def test_a_corpus_that_cannot_be_read_is_refused_in_one_line(tmp_path, mistake):
    path, words = broken_corpora(tmp_path)[mistake]
    assert words in one_line(train(tmp_path, path))
    assert not (tmp_path / "runs").exists()


def test_an_unknown_preset_is_refused_in_one_line(tmp_path, own_text):
    result = run_command(
        "training.train", "--corpus", own_text, "--preset", "keyboards", cwd=tmp_path
    )
    assert "did you mean 'keyboard'" in one_line(result)


def test_a_run_directory_that_cannot_be_written_is_refused_in_one_line(tmp_path, own_text):
    (tmp_path / "runs").write_text("a file where the folder should be")
    assert "cannot write to" in one_line(train(tmp_path, own_text))


def test_a_second_training_into_one_run_is_refused(tmp_path, own_text):
    import fcntl

    (tmp_path / "runs/mine").mkdir(parents=True)
    with (tmp_path / "runs/mine/.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "another process is training" in one_line(train(tmp_path, own_text))


def test_an_unknown_option_is_refused_in_one_line(tmp_path):
    assert "--help" in one_line(run_command("training.train", "--corpse", "x", cwd=tmp_path))


@pytest.mark.parametrize("module", ["training.evaluate", "training.generate", "training.score"])
def test_a_command_before_training_says_what_to_do(tmp_path, module):
    text = ["hello"] if module == "training.score" else []
    assert "make train" in one_line(run_command(module, *text, cwd=tmp_path))


def test_seven_words_are_learnt_by_heart(tmp_path):
    path = tmp_path / "seven.txt.gz"
    path.write_bytes(gzip.compress(b"you say goodbye and I say hello\n"))
    result = run_command("training.train", "--corpus", path, "--preset", "tiny", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "too short for a held-out part" in result.stdout
    generated = run_command(
        "training.generate",
        "you",
        "--run",
        "tiny-seven",
        "--tokens",
        6,
        "--temperature",
        0,
        cwd=tmp_path,
    )
    assert generated.stdout.strip() == "you say goodbye and I say hello"
    assert generated.stderr == ""


@pytest.fixture(scope="module")
def lines_run(tmp_path_factory) -> Path:
    """A folder with `lines.txt` (5,000 lower-case sentences without full stops) and its run."""
    folder = tmp_path_factory.mktemp("lines")
    people, things = (
        ["anna", "ben", "clara", "david", "emil"],
        ["the bread", "a red coat", "some tea"],
    )
    sentences = [
        f"{people[n % 5]} {('buys', 'wants', 'forgets')[n % 3]} {things[n * n % 7 % 3]}"
        for n in range(5_000)
    ]
    (folder / "lines.txt").write_text("\n".join(sentences) + "\n")
    result = run_command(
        "training.train", "--corpus", "lines.txt", "--preset", "tiny", "--set", "epochs=1",
        cwd=folder,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    (folder / "output").write_text(result.stdout)
    return folder


def test_lines_without_full_stops_are_sentences_with_a_held_out_part(lines_run):
    run = Run(lines_run / "runs/tiny-lines")
    assert "segmentation message: each line is a sentence" in (lines_run / "output").read_text()
    assert run.information["segmentation"] == "message"
    prepared = open_prepared(lines_run / run.information["prepared"])
    assert {part: counts.segments for part, counts in prepared.counts.items()} == {
        "train": 4_500, "valid": 250, "test": 250,
    }  # fmt: skip
    assert run.metrics is not None and run.metrics["part"] == "test"


def test_the_ends_of_lines_are_learnt(lines_run):
    run = Run(lines_run / "runs/tiny-lines")
    vocabulary, model = run.vocabulary, run.model()
    ids = [END, *vocabulary.encode(["anna", "forgets", "a", "red", "coat"])]
    logits, _ = model.run(np.array(ids, np.int32), model.zero_state())
    assert [int(np.argmax(logits[at])) == END for at in (2, 3, 4, 5)] == [False, False, False, True]


def test_a_run_goes_on_with_the_segmentation_it_began_with(lines_run):
    train = ["training.train", "--corpus", "lines.txt", "--preset", "tiny", "--set", "epochs=1"]
    for given in ([], ["--segmentation", "message"]):
        assert "already trained" in run_command(*train, *given, cwd=lines_run).stdout
    for command in (train, ["training.generate", "anna", "--run", "tiny-lines"]):
        complaint = one_line(run_command(*command, "--segmentation", "sentence", cwd=lines_run))
        assert "was trained with segmentation message, not sentence; to start over" in complaint


def test_evaluate_prints_the_figures_of_the_run(finished):
    result = run_command("training.evaluate", "--run", "mine", cwd=finished)
    assert result.returncode == 0, result.stderr
    figures = read_json(finished / "runs/mine/metrics.json")
    assert f"{figures['perplexity']:.2f}" in result.stdout


def test_score_ranks_candidates_and_charges_unknown_words_for_their_spelling(finished):
    texts = ["how are you", "xyzzy"]
    for by, what in (("total", "total log-probability"), ("word", "log-probability per word")):
        result = run_command("training.score", *texts, "--rank", by, "--run", "mine", cwd=finished)
        assert result.returncode == 0, result.stderr
        assert re.search(r"xyzzy \(unknown word: -\d+\.\d{3} for its spelling\)", result.stdout)
        ranking = result.stdout[result.stdout.index(f"ranked by {what}") :]
        assert ranking.index("how are you") < ranking.index("xyzzy")


def test_a_ranking_that_does_not_exist_is_refused_in_one_line(tmp_path):
    result = run_command("training.score", "hello", "--rank", "letter", cwd=tmp_path)
    assert "letter" in one_line(result) and "total" in one_line(result)


@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [
        ("--temperature", "nan", "(--temperature) must be a number from 0 to 100, not 'nan'"),
        ("--temperature", "1e39", "(--temperature) must be a number from 0 to 100"),
        ("--top-p", "nan", "(--top-p) must be a number above 0 and at most 1, not 'nan'"),
        ("--top-k", "-1", "(--top-k) must be a whole number of at least 0"),
        ("--tokens", "0", "(--tokens) must be a whole number from 1 to 100000, not '0'"),
        ("--tokens", "1000000000", "(--tokens) must be a whole number from 1 to 100000"),
        ("--seed", "1" + "0" * 30, "(--seed) must be a whole number"),
    ],
)
def test_a_number_that_cannot_be_used_is_refused_in_one_line(tmp_path, option, value, complaint):
    result = run_command("training.generate", f"{option}={value}", cwd=tmp_path)
    assert complaint in one_line(result)


def test_the_same_seed_writes_the_same_text_and_another_seed_another(finished, capsys):
    def write(seed):
        where = ["--run", "mine", "--runs", str(finished / "runs")]
        assert generate(["hello", *where, "--seed", str(seed), "--tokens", "20"]) == 0
        return capsys.readouterr().out

    first = write(1)
    assert first == write(1) != write(2)
    assert "<unk>" not in first
    assert first.startswith("hello")


def test_history_is_one_json_record_a_validation(finished):
    lines = (finished / "runs/mine/history.jsonl").read_text().splitlines()
    steps = [json.loads(line)["step"] for line in lines]
    assert steps == sorted(set(steps))
