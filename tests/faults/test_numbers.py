"""Extreme settings and texts: training succeeds or is refused, and exports contain no NaN."""

import itertools
import json
import math
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from export.build import export_run
from export.copies.errors import ExportError
from export.copies.keras_weights import keras_model
from export.copies.manifest import TFLITE_FILES, read_manifest
from export.copies.tfjs_files import network_weights, read_tfjs
from export.keyboard.c_library import build
from export.keyboard.core import CKeyboard
from export.proof.comparison import LARGEST_LOGIT_DIFFERENCE, LARGEST_PERPLEXITY_CHANGE
from export.proof.replay import document_losses
from export.proof.runtimes import StepModel, evaluate_in_node, open_saved_model, open_tflite
from tests.export.networks import random_network
from training.common.errors import UserError, command
from training.common.files import write_json
from training.data.lanes import Stream
from training.measure.evaluation import BLOCK_TOKENS, Model
from training.measure.metrics import negative_log_probabilities
from training.measure.scoring import score_text
from training.network.configuration import ACTIVATIONS, PRESETS, Configuration
from training.network.run import Run, assign_weights
from training.network.trainer import Trainer, TrainingDiverged
from training.text.vocabulary import END
from training.train import main

pytestmark = pytest.mark.timeout(7200)
SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
SMALL = ("units=16", "embedding_size=16", "epochs=1", "minimum_steps=30", "lanes=32")
RUN = Path("runs/stressed")


def prose(sentences: int, words: int, seed: int = 1) -> str:
    """Return a random text of `words` different words."""
    generator = random.Random(seed)
    named = itertools.islice(itertools.product(SYLLABLES, repeat=4), words)
    known = ["".join(syllables) for syllables in named]
    lines = [" ".join(generator.choices(known, k=8)) + ".\n" for _ in range(sentences)]
    return "".join(line + "\n" * (number % 10 == 9) for number, line in enumerate(lines))


@pytest.fixture
def refusal(tmp_path: Path, monkeypatch, capsys) -> Callable[..., str]:
    """Train the preset `tiny` on a text in a new folder. Returns the error message, or "".

    An error is one line with exit status 2.
    """
    monkeypatch.chdir(tmp_path)

    def train(text: str, *settings: str) -> str:
        Path("text.txt").write_text(text, encoding="utf-8")
        chosen = [f"--set={setting}" for setting in (*SMALL, *settings)]
        arguments = ["--corpus", "text.txt", "--preset", "tiny", "--run", RUN.name, *chosen]
        with pytest.raises(SystemExit) as end:
            command(lambda _: main(arguments))
        complaint = capsys.readouterr().err
        assert end.value.code == (2 if complaint else 0)
        assert complaint == "" or complaint.startswith("error: ") and complaint.count("\n") == 1
        return complaint

    return train


def assert_finite(export: bool) -> None:
    """Assert that all weights of the run and, with `export`, all exported numbers are finite."""
    arrays = list(Run(RUN).weights().values())
    if export:
        folder = Path("exported")
        export_run(Run(RUN), folder)
        for path in folder.rglob("*.json"):
            json.loads(path.read_text(), parse_constant=pytest.fail)
        arrays += read_tfjs(folder / "tfjs").weights.values()
        copies = [open_tflite(folder / name) for name in TFLITE_FILES]
        for model in (*copies, open_saved_model(folder / "saved_model")):
            ids = np.arange(min(50, model.vocabulary_size), dtype=np.int32)
            arrays += model.run(ids, model.zero_state())
    assert all(np.isfinite(array).all() for array in arrays)


def test_a_text_whose_words_all_come_once_is_refused(refusal):
    text = "\n\n".join(map("".join, itertools.product(SYLLABLES, repeat=2)))
    assert "no word of text occurs 2 times, so every word would be <unk>" in refusal(text)


def test_one_word_again_and_again_is_learned(refusal, long):
    assert not refusal("word " * (1_000_000 if long else 20_000))
    assert_finite(export=long)
    assert Run(RUN).history()[-1]["training_perplexity"] < 3


@pytest.mark.parametrize("size", [3, 200_000])
def test_a_vocabulary_of_any_size_is_trained(refusal, size, long):
    words, sentences = (200_000, 80_000) if long else (2_000, 600)
    assert not refusal(prose(sentences, words), f"vocabulary_size={size}", "minimum_count=1")
    assert len(Run(RUN).vocabulary) == 3 or size > 3
    assert_finite(export=long)


@pytest.mark.parametrize("length", [1, 512])
def test_chunks_of_any_length_are_trained(refusal, length, long):
    length = length if long else min(length, 64)
    assert not refusal(prose(600, 100), f"truncated_bptt_length={length}")
    assert Run(RUN).configuration.truncated_bptt_length == length
    assert_finite(export=long)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_learning_rate_that_is_too_high_trains_or_is_refused(refusal, activation, long):
    settings = (f"activation={activation}", "warmup_steps=0", "average_decay=0")
    complaint = refusal(prose(300, 50), "learning_rate=10", "gradient_clip=1e6", *settings)
    assert not complaint or "smaller learning_rate" in complaint
    if Run(RUN).trained:
        try:
            assert_finite(export=long)
        except ExportError as error:
            assert "train for longer" in str(error) or "lint" in str(error)


def test_weights_that_are_no_numbers_are_neither_kept_nor_used(prepared, tmp_path):
    configuration = Configuration(units=8, embedding_size=8, lanes=4)
    stream = Stream(prepared.ids("valid"), prepared.starts("valid"))
    trainer = Trainer(configuration, len(prepared.vocabulary), stream)
    weights = trainer.averaged_weights()
    trainer.average[0].assign(np.full(trainer.average[0].shape, np.nan, np.float32))
    with pytest.raises(TrainingDiverged, match="was no longer finite .* smaller learning_rate"):
        trainer.averaged_weights()
    with pytest.raises(TrainingDiverged, match="the validation loss became nan"):
        trainer.validation_loss(stream)
    for value in (np.nan, np.inf):
        name = next(iter(weights))
        damaged = {**weights, name: np.full_like(weights[name], value)}
        with pytest.raises(UserError, match="is not finite; train again"):
            assign_weights(trainer.model, damaged, tmp_path)


@pytest.mark.parametrize("name", PRESETS)
def test_a_word_again_and_again_leaves_the_state_bounded(name):
    weights = random_network(activation=PRESETS[name].activation)
    for layer in weights.layers:
        # Without the activation, the state would double with every word.
        layer.recurrent_kernel[:] = 2 * np.eye(weights.units)
    model = keras_model(weights)
    logits, state = model.run(np.full(1_000, 7, np.int32), model.zero_state())
    assert np.isfinite(logits).all()
    assert np.abs(state).max() <= 6


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_figures_that_json_does_not_have_are_refused_and_the_file_stays(tmp_path, value):
    path = tmp_path / "metrics.json"
    write_json(path, {"perplexity": 2.5})
    with pytest.raises(UserError, match="not finite; train again"):
        write_json(path, {"perplexity": value})
    assert json.loads(path.read_text()) == {"perplexity": 2.5}


# -- long documents --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def document(prepared, long) -> list[int]:
    """The ids of one document of 100,000 words."""
    return np.resize(prepared.ids("train"), 100_000 if long else 1_000).tolist()


def nats_a_token(model: Model, document: list[int]) -> float:
    nats = document_losses(model, document)[0] / len(document)
    assert math.isfinite(nats)
    return nats


def test_a_long_document_has_the_same_score_in_every_copy(trained, exported, document):
    keras = nats_a_token(trained.model(), document)
    saved_model = nats_a_token(open_saved_model(exported / "saved_model"), document)
    float32 = nats_a_token(open_tflite(exported / "model-float32.tflite"), document)
    int8 = nats_a_token(open_tflite(exported / "model.tflite"), document)
    assert [saved_model, float32] == pytest.approx([keras] * 2, abs=LARGEST_LOGIT_DIFFERENCE)
    assert math.exp(int8 - keras) == pytest.approx(1, abs=LARGEST_PERPLEXITY_CHANGE)


def test_a_long_document_has_the_same_score_in_javascript(exported, document):
    network = read_manifest(exported)["network"]
    sizes = (network["layers"], network["units"], network["activation"])
    rounded = keras_model(network_weights(read_tfjs(exported / "tfjs"), *sizes))
    nats = evaluate_in_node(exported, [document])["negative_log_probability"] / len(document)
    assert nats == pytest.approx(nats_a_token(rounded, document), abs=LARGEST_LOGIT_DIFFERENCE)


def test_a_long_document_has_the_same_score_in_c(exported, document):
    path = exported / "model.tflite"
    with CKeyboard(build(), path, litert=True) as keyboard:
        model = StepModel(keyboard.step, *keyboard.sizes())
        logits, _ = model.run(np.array([END, *document[:-1]], np.int32), model.zero_state())
    nats = negative_log_probabilities(logits, np.array(document)).mean()
    expected = nats_a_token(open_tflite(path), document)
    assert nats == pytest.approx(expected, abs=LARGEST_LOGIT_DIFFERENCE)


def test_scoring_a_long_text_holds_the_logits_of_a_block_only(prepared):
    class Uniform:
        vocabulary_size = len(prepared.vocabulary)
        longest = 0

        def zero_state(self):
            return 0

        def run(self, ids, state):
            self.longest = max(self.longest, len(ids))
            return np.zeros((len(ids), self.vocabulary_size), np.float32), state + len(ids)

    model = Uniform()
    score = score_text(model, prepared.vocabulary, "you and I " * 1_000)
    assert model.longest == BLOCK_TOKENS and len(score.log_probabilities) == 3_001
    assert score.perplexity == pytest.approx(model.vocabulary_size)
