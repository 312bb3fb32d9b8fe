"""The built-in network against LiteRT: every activation, shape and kind of file."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from export.build import SELF_TEST_TOLERANCES, self_test_of
from export.copies.manifest import SPECIAL_IDS, TFLITE_FILES, network_of
from export.copies.packing import facts_of, packed, seal
from export.copies.saved_model import write_saved_model
from export.copies.tflite import write_float32, write_int8
from export.copies.tflite_files import Tflite
from export.copies.weights import NetworkWeights
from export.keyboard.c_library import build
from export.keyboard.core import CKeyboard
from export.keyboard.results import LibraryError
from export.proof.runtimes import step_model
from tests.conftest import Once
from tests.export.networks import random_network, untrained
from training.network.configuration import ACTIVATIONS
from training.text.rules import RULES_VERSION
from training.text.vocabulary import Vocabulary

STEPS = 60
# Steps in which the last bit of a sum may decide between two 8-bit numbers. In a network with norms
# of ones this is frequent: its first vector has whole numbers, of which many lie halfway.
ROUNDED_APART = 6


def calm(weights: NetworkWeights) -> NetworkWeights:
    """The same with smaller recurrent weights: without a limit, activations would explode."""
    layers = tuple(
        dataclasses.replace(layer, recurrent_kernel=layer.recurrent_kernel / 4)
        for layer in weights.layers
    )
    return dataclasses.replace(weights, layers=layers)


NETWORKS = {
    **{name: calm(random_network(90, 32, 48, activation=name)) for name in ACTIVATIONS},
    "one layer": random_network(90, 32, 32, layers=1),
    "three layers": random_network(90, 40, 56, layers=3, activation="relu6"),
    "odd sizes": calm(random_network(77, 37, 43, activation="relu")),
    "three words": random_network(3, 400, 32, activation="relu6"),
    "as many words as units": random_network(32, 32, 32),
    "zero biases": untrained(random_network(90, 32, 32)),
}  # fmt: skip


@pytest.fixture(scope="session")
def library(once: Once) -> Path:
    return once("without-litert", lambda folder: build(folder, litert=False)) / "libelman-python.so"


def pack(weights: NetworkWeights, folder: Path) -> None:
    """Both LiteRT files of a network with a vocabulary of made-up words."""
    words = [f"w{n:05}" for n in range(weights.vocabulary_size - 2)]
    vocabulary = Vocabulary(["</s>", "<unk>", *words], "message")
    text = {"rules_version": RULES_VERSION, "segmentation": "message", **SPECIAL_IDS}
    origin = {"name": "random", "licence": "none", "elman_version": "0"}
    write_saved_model(weights, folder / "saved_model")
    write_float32(folder / "saved_model", folder / "model-float32.tflite")
    write_int8(folder / "saved_model", folder / "model.tflite")
    for name in TFLITE_FILES:
        data = (folder / name).read_bytes()
        facts = facts_of(Tflite.of(data), network_of(weights), text, vocabulary, origin)
        test = self_test_of(step_model(data), [0, 1, 2], SELF_TEST_TOLERANCES[name])
        (folder / name).write_bytes(packed(data, facts, vocabulary, test))


@pytest.mark.parametrize("kind", NETWORKS)
def test_each_step_is_litert_s(library, tmp_path, kind):
    weights = NETWORKS[kind]
    pack(weights, tmp_path)
    ids = np.random.default_rng(1).integers(0, weights.vocabulary_size, STEPS).tolist()
    for name in TFLITE_FILES:
        litert = step_model((tmp_path / name).read_bytes())
        states, expected = [litert.zero_state()], []
        for token in ids:
            logits, state = litert.run(np.array([token], np.int32), states[-1])
            states.append(state)
            expected.append(logits[0])
        with CKeyboard(library, tmp_path / name) as keyboard:
            steps = [keyboard.step(*each) for each in zip(ids, states[:-1], strict=True)]
        found, after = (np.stack(each) for each in zip(*steps, strict=True))
        differences = np.abs(found - np.stack(expected)).max(axis=1)
        differences = np.maximum(differences, np.abs(after - states[1:]).max(axis=(1, 2, 3)))
        apart = 0 if "float32" in name else ROUNDED_APART
        assert np.sort(differences)[-1 - apart] <= 1e-4, (name, np.sort(differences)[-5:])


def test_an_operation_that_is_not_built_in_is_named(library, tmp_path):
    pack(NETWORKS["relu"], tmp_path)
    path = tmp_path / "model-float32.tflite"
    model = Tflite.of(path.read_bytes())
    (code,) = [c for c in model.model.operatorCodes if c.builtinCode == 76]
    code.builtinCode, code.deprecatedBuiltinCode = 75, 75
    path.write_bytes(seal(model.packed()))
    with pytest.raises(LibraryError, match="number 75 in TensorFlow Lite, is not built in"):
        CKeyboard(library, path)
