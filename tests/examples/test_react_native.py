"""The app suggests what LiteRT computes, and its parts compile. No phone or emulator runs it."""

import base64
import json
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from training.text.vocabulary import END, UNKNOWN, Vocabulary
from web.node import run_node

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "examples" / "react-native"
PROGRAM = Path(__file__).with_name("suggest.mjs")
# What a user types and deletes, with the number of steps that each text takes.
TYPED = {"how are y": 2, "how are ": 0, "how ": 0, "How is it ": 2, "is it g": 2, "": 0}


class Recorder:
    """Runs a `.tflite` file in LiteRT and records every step, in the order of its tensors."""

    def __init__(self, path: Path):
        self.interpreter = Interpreter(str(path))
        self.interpreter.allocate_tensors()
        self.inputs = self.interpreter.get_input_details()
        self.outputs = self.interpreter.get_output_details()
        self.steps: dict[tuple[str, ...], list[str]] = {}

    def logits_after(self, ids: list[int]) -> np.ndarray:
        """Return the logits after `ids`, float32 [vocabulary]."""
        state = np.zeros(next(t["shape"] for t in self.inputs if len(t["shape"]) == 3), np.float32)
        logits = state
        for token in ids:
            values = [np.array([token], np.int32), state]
            given = [values[len(tensor["shape"]) == 3] for tensor in self.inputs]
            for tensor, value in zip(self.inputs, given, strict=True):
                self.interpreter.set_tensor(tensor["index"], value)
            self.interpreter.invoke()
            results = [self.interpreter.get_tensor(tensor["index"]) for tensor in self.outputs]
            self.steps[tuple(map(encoded, given))] = [*map(encoded, results)]
            logits = next(result for result in results if result.ndim == 2)[0]
            state = next(result for result in results if result.ndim == 3)
        return logits

    def recorded(self) -> dict[str, Any]:
        """Return the tensors as the package for React Native describes them, and the steps."""
        steps = [{"inputs": given, "outputs": found} for given, found in self.steps.items()]
        return {
            "inputs": described(self.inputs),
            "outputs": described(self.outputs),
            "steps": steps,
        }


def encoded(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode()


def described(tensors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"name": t["name"], "dataType": np.dtype(t["dtype"]).name, "shape": t["shape"].tolist()}
        for t in tensors
    ]


def best(logits: np.ndarray, words: list[str], prefix: str) -> list[str]:
    """Return the three best words with a prefix."""
    order = [int(id) for id in np.argsort(-logits, kind="stable")]
    fitting = [words[id] for id in order if id not in (END, UNKNOWN) and words[id][0].isalpha()]
    return [word for word in fitting if word.lower().startswith(prefix)][:3]


def test_the_suggestions_are_those_of_litert_with_a_step_for_each_new_word(
    exported: Path, tmp_path: Path
):
    vocabulary = Vocabulary.load(exported / "vocabulary.txt", "message")
    words = [vocabulary.entry(id) for id in range(len(vocabulary))]
    recorder, expected = Recorder(exported / "model.tflite"), []
    for text in TYPED:
        *before, prefix = text.lower().split(" ")
        logits = recorder.logits_after([END, *vocabulary.encode(before)])
        expected.append({"suggestions": best(logits, words, prefix), "steps": TYPED[text]})
    recorded = tmp_path / "recorded.json"
    recorded.write_text(
        json.dumps({**recorder.recorded(), "words": words, "texts": [*TYPED]}), encoding="utf-8"
    )
    ran = run_node(PROGRAM, recorded, capture_output=True, encoding="utf-8")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == expected
    assert all(found["suggestions"] for found in expected)


def npm(script: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(ROOT / ".venv" / "node"), os.environ["PATH"]])
    return subprocess.run(
        ["npm", "run", "--silent", script, "--", *map(str, arguments)],
        cwd=APP,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
    )


def test_the_types_agree_with_those_of_the_packages():
    checked = npm("check")
    assert checked.returncode == 0, checked.stdout


@pytest.fixture
def assets(exported: Path) -> Iterator[None]:
    """The assets of the app: those that the user has made, or else temporary ones."""
    folder = APP / "assets"
    if folder.exists():
        yield
        return
    assert npm("assets", exported).returncode == 0
    yield
    shutil.rmtree(folder)


def test_a_missing_export_is_reported_in_one_line(tmp_path: Path):
    refused = npm("assets", tmp_path)
    assert refused.returncode == 2 and len(refused.stderr.splitlines()) == 1
    assert str(tmp_path / "vocabulary.txt") in refused.stderr


def test_the_app_can_be_packed_for_hermes(assets: None):
    packed = npm("bundle")
    assert packed.returncode == 0, packed.stdout + packed.stderr
    assert "runSync" in (APP / "build" / "app.js").read_text(encoding="utf-8")
    if platform.machine() != "x86_64":
        pytest.skip("Hermes' compiler for Linux runs on x86-64 only")
    compiled = npm("bytecode")
    assert compiled.returncode == 0, compiled.stderr
    # Hermes' magic number.
    assert (APP / "build" / "app.hbc").read_bytes()[:4] == bytes.fromhex("c61fbc03")
