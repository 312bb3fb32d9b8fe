import copy
import dataclasses
import re
import shlex
import subprocess
import sys

import pytest

from export.build import SAMPLES
from export.copies.manifest import read_manifest
from export.copies.model_card import copy_bytes, model_card
from training.network.configuration import preset


@pytest.fixture
def manifest(exported):
    return copy.deepcopy(read_manifest(exported))


def test_the_card_in_the_folder_is_the_one_of_the_manifest_with_texts_of_the_model(
    exported, manifest
):
    card = (exported / "model_card.md").read_text(encoding="utf-8")
    before, heading, rest = card.partition("## Samples")
    after = rest[rest.index("## How to train this model again") :]
    assert before + after == model_card(manifest)
    assert rest.count("\n\n> ") == SAMPLES


def test_a_sample_keeps_its_lines(manifest):
    assert "> One\\\n> Two\n\n> Three" in model_card(manifest, ["One\nTwo", "Three"])


def test_the_reach_of_the_memory_is_shown_where_it_was_measured(manifest):
    reach = {"distances": [1, 4], "perplexities": [90.5, 71.25], "full": 70.0, "positions": 2000}
    card = model_card(manifest, reach=reach)
    assert "| 4 | 71.25 |" in card
    assert "| all | 70.00 |" in card
    assert "memory" not in model_card(manifest)


def test_the_card_says_what_the_model_was_trained_on(manifest):
    source = manifest["created_from"]
    for value in (source["corpus"], source["licence"], source["corpus_sha256"]):
        assert value in model_card(manifest)


def test_the_card_says_how_to_train_the_model_again(manifest):
    settings = preset("best").changed(
        {"seed": 3, "learning_rate": 1e-5, "shuffle_documents": False}
    )
    manifest["configuration"] = dataclasses.asdict(settings)
    manifest["created_from"]["corpus"] = "chitchat"
    command = (
        "make train CORPUS=chitchat PRESET=best "
        'SET="seed=3 shuffle_documents=false learning_rate=1e-05"'
    )
    assert command in model_card(manifest)
    given = shlex.split(command)[-1].removeprefix("SET=").split()
    assert preset("best").with_overrides(given) == settings


def test_for_a_text_of_your_own_the_command_says_where_its_path_goes(manifest):
    manifest["created_from"]["corpus"] = "my novel"
    manifest["configuration"] = dataclasses.asdict(preset("tiny"))
    manifest["text"]["segmentation"] = "sentence"
    command = "make train CORPUS='path/to/my novel' SEGMENTATION=sentence PRESET=tiny"
    assert f"\n{command}\n" in model_card(manifest)


def test_the_command_has_the_options_with_which_the_text_was_read(manifest):
    manifest["created_from"] |= {
        "corpus": "news",
        "options": {"FIELD": "body text", "WORD_LIST": "words.txt"},
    }
    manifest["configuration"] = dataclasses.asdict(preset("tiny"))
    manifest["text"]["segmentation"] = "message"
    card = model_card(manifest)
    reading = "FIELD='body text' WORD_LIST=path/to/words.txt"
    assert f"make train CORPUS=path/to/news SEGMENTATION=message {reading} PRESET=tiny" in card
    assert "Replace each path" in card
    manifest["created_from"] |= {"corpus": "chitchat", "options": {"WORD_LIST": "none"}}
    card = model_card(manifest)
    assert "make train CORPUS=chitchat WORD_LIST=none PRESET=tiny" in card
    assert "Replace each path" not in card


def test_the_figures_are_those_of_the_manifest(manifest):
    manifest["artifacts"]["model.tflite"]["metrics"]["perplexity"] = 61.28
    manifest["metrics"]["float32"]["top3"] = 0.333
    card = model_card(manifest)
    assert "61.28" in card
    assert "33.30%" in card


def test_sizes_are_sums_over_the_files_of_a_copy(manifest):
    manifest["files"] = {
        "tfjs/model.json": {"bytes": 1_000_000},
        "tfjs/weights.bin": {"bytes": 2_500_000},
        "tfjs.txt": {"bytes": 1},
    }
    assert copy_bytes(manifest, "tfjs") == 3_500_000
    assert "3.50 MB" in model_card(manifest)


def test_figures_of_the_validation_part_are_called_so(manifest):
    assert "| on held-out text |" in model_card(manifest)
    manifest["metrics"]["float32"]["part"] = "valid"
    card = model_card(manifest)
    assert "on held-out text" not in card and "| on the validation part, which also" in card


def test_a_perplexity_larger_than_any_number_is_left_out(manifest):
    runaway = copy.deepcopy(manifest)
    for key in ("perplexity", "float32_perplexity"):
        del runaway["artifacts"]["tfjs"]["metrics"][key]
    tokens = manifest["artifacts"]["tfjs"]["metrics"]["tokens"]
    assert f"was measured on the first {tokens:,} tokens.\n" in model_card(runaway)


def test_a_card_without_figures_says_so(manifest):
    manifest["metrics"] = {}
    for artifact in manifest["artifacts"].values():
        artifact.pop("metrics", None)
    assert "Not measured" in model_card(manifest)


def test_a_card_counts_the_tail_words_and_names_their_sources(manifest):
    assert f"list {manifest['tail_words']:,} words that did not fit" in model_card(manifest)
    assert "vocabulary, from the training text.\n" in model_card(manifest)
    manifest["created_from"]["words"] = "words.txt"
    assert "vocabulary, from the training text and from words.txt.\n" in model_card(manifest)
    del manifest["tail_words"]
    assert "tail.bin" not in model_card(manifest)


def test_the_example_in_the_card_runs_and_prints_words(exported, manifest):
    (example,) = re.findall(r"```python\n(.*?)```", model_card(manifest), re.DOTALL)
    result = subprocess.run(
        [sys.executable, "-c", example], cwd=exported, capture_output=True, text=True, check=True
    )
    words = (exported / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    shown = re.findall(r"'([^']*)'", result.stdout)
    assert len(shown) == 3
    assert set(shown) <= set(words)
