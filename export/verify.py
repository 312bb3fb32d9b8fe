"""Verify that every exported copy computes the same function: `python -m export.verify`.

The golden record holds results of the exported Keras model. It is replayed through

    SavedModel, float32 LiteRT   the same weights: must match to rounding
    int8 LiteRT                  quantised weights: compared by most likely words and by perplexity
                                 on held-out text
    C library                    the same file through `core/`, with the built-in network and with
                                 LiteRT: compared like int8 LiteRT, and step by step with LiteRT in
                                 Python
    TensorFlow.js                its quantised weights in Keras, compared like int8 LiteRT; then
                                 Node.js and Chromium, which must match that Keras model to rounding
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from export.copies.manifest import read_manifest
from export.copies.tfjs_files import network_weights
from export.keyboard.c_library import build
from export.keyboard.core import CKeyboard
from export.proof.arguments import add_export_arguments, chosen_export
from export.proof.comparison import (
    CHECKS,
    Check,
    Checks,
    compare_calls,
    compare_floats,
    compare_rounded,
    compare_runtimes,
    compare_texts,
)
from export.proof.exported import Exported
from export.proof.golden import FORMAT, recorded_by
from export.proof.lint import lint
from export.proof.replay import replay
from export.proof.runtimes import (
    StepModel,
    UnavailableError,
    replay_in_browser,
    replay_in_node,
    step_model,
)
from training.arguments import Parser
from training.common.display import say, table
from training.common.errors import UserError, command
from training.measure.evaluation import Model

EXAMPLES = """\
  python -m export.verify                        the default run's copies
  python -m export.verify --run novel            another run's
  python -m export.verify --exported /tmp/model  the copies in any folder
  python -m export.verify --require-all          fail if a runtime is missing
"""
CALLED_WORDS = 64
BACKEND = "wasm"


@dataclasses.dataclass(frozen=True)
class Result:
    """The result for one copy: its checks, why it could not run here, or how it failed."""

    copy: str
    checks: Checks
    unavailable: str = ""
    failure: str = ""

    @property
    def passed(self) -> bool:
        """Whether it ran and every check holds."""
        ran = not self.unavailable and not self.failure
        return ran and all(check.holds for check in self.checks.values())


class Verification:
    """Compares every copy in a folder with the golden record."""

    def __init__(self, folder: Path):
        """Read manifest, golden record and words; `UserError` if they cannot be used."""
        self.folder, self.exported = folder, Exported(folder)
        self.manifest, self.golden = self.exported.manifest, self.exported.golden()
        if self.golden.get("format") != FORMAT:
            raise UserError(f"{folder}/golden.json has an unknown format; export again")
        self.vocabulary, self.tail = self.exported.vocabulary(), self.exported.tail()

    def results(self) -> list[Result]:
        """The result of each copy, one after the other."""
        python = [
            ("SavedModel", lambda: self._float(self.exported.saved_model())),
            ("LiteRT float32", lambda: self._float(self._tflite("model-float32.tflite"))),
            ("LiteRT int8", lambda: self._rounded(self._tflite("model.tflite"))),
            ("C library", lambda: self._c_library(litert=False)),
            ("C library, LiteRT", lambda: self._c_library(litert=True)),
        ]
        return [_result(copy, check) for copy, check in python] + self._tfjs()

    def _tflite(self, name: str) -> StepModel:
        return step_model(self.exported.tflite(name).data)

    def _float(self, model: StepModel) -> Checks:
        checks = compare_floats(replay(model, self.vocabulary, self.golden), self.golden)
        return {**checks, "calls": self._calls(model)}

    def _rounded(self, model: Model) -> Checks:
        return {**compare_rounded(model, self.golden), "calls": self._calls(model)}

    def _c_library(self, litert: bool) -> Checks:
        library, in_python = build(), self._tflite("model.tflite")
        cases = self.golden["text_cases"]
        with CKeyboard(library, self.folder / "model.tflite", litert) as keyboard:
            model = StepModel(keyboard.step, *keyboard.sizes())
            # Contexts in the library start with the id of `</s>`.
            found = [keyboard.context_ids(case["text"])[1:] for case in cases]
            return {
                **self._rounded(model),
                **compare_runtimes(model, in_python, self.golden),
                "texts": compare_texts(found, cases),
            }

    def _calls(self, model: Model) -> Check:
        return compare_calls(model, self.golden["trace"]["ids"][:CALLED_WORDS])

    def _tfjs(self) -> list[Result]:
        weights, node, chromium = (
            "TensorFlow.js weights",
            "TensorFlow.js, Node",
            "TensorFlow.js, Chromium",
        )
        try:
            model = self._tfjs_in_keras()
            expected = recorded_by(model, self.golden)
        except Exception as error:
            failure = _failure(error)
            return [Result(copy, {}, failure=failure) for copy in (weights, node, chromium)]

        def replayed(runtime: Callable[[Path, dict[str, Any]], dict[str, Any]]) -> Checks:
            result = runtime(self.folder, expected)
            if result["backend"] != BACKEND:
                raise UserError(f"it ran on the backend {result['backend']!r}, not {BACKEND!r}")
            return compare_floats(result, expected)

        return [
            _result(weights, lambda: compare_rounded(model, self.golden)),
            _result(node, lambda: replayed(replay_in_node)),
            _result(chromium, lambda: replayed(replay_in_browser)),
        ]

    def _tfjs_in_keras(self) -> Model:
        from export.copies.keras_weights import keras_model

        network = self.manifest["network"]
        return keras_model(
            network_weights(
                self.exported.tfjs(),
                network["layers"],
                network["units"],
                network["activation"],
            )
        )


def verify(folder: Path) -> list[Result]:
    """Replay the golden record through every copy in `folder`."""
    return Verification(folder).results()


def _result(copy: str, check: Callable[[], Checks]) -> Result:
    try:
        return Result(copy, check())
    except UnavailableError as error:
        return Result(copy, {}, unavailable=str(error))
    except Exception as error:
        return Result(copy, {}, failure=_failure(error))


def _failure(error: Exception) -> str:
    """One line for any error that a runtime raises on a broken copy.

    Runtimes raise different exceptions, and none of them may hide the results of other copies.
    """
    kind = "" if isinstance(error, UserError) else f"{type(error).__name__}: "
    return " ".join(f"{kind}{error}".split())


def show(folder: Path, results: list[Result]) -> None:
    """Print a table of the results, and the checks that failed below it."""
    heads = ["", *(_head(result.copy) for result in results)]
    rows = [[name, *(_cell(result, name) for result in results)] for name in CHECKS]
    rows.append(["", *map(_verdict, results)])
    table(f"{folder}: largest differences from Keras", heads, rows, narrow=True)
    for result in results:
        for name, check in result.checks.items():
            if not check.holds:
                say(f"{result.copy}: {name} {check.shown}, should be {check.bound}")
        if result.failure:
            say(f"{result.copy}: {result.failure}")
        if result.unavailable:
            say(f"{result.copy}: could not run on this machine: {result.unavailable}")


def _head(copy: str) -> str:
    # Narrow enough for a terminal of 80 characters.
    shorter = copy.replace("TensorFlow.js", "TF.js").replace("SavedModel", "Saved Model")
    return shorter.replace(",", "").replace(" ", "\n")


def _cell(result: Result, name: str) -> str:
    return result.checks[name].shown if name in result.checks else ""


def _verdict(result: Result) -> str:
    return "not run" if result.unavailable else "ok" if result.passed else "FAILED"


def main(argv: Sequence[str] | None) -> int:
    """Print the table; return 1 if a copy fails or, with --require-all, could not run."""
    parser = Parser("export.verify", "Verify that all exported copies agree.", EXAMPLES)
    add_export_arguments(parser, folder=True)
    parser.add_argument(
        "--require-all", action="store_true", help="fail if a copy cannot run on this machine"
    )
    arguments = parser.parse_args(argv)
    folder = chosen_export(arguments)
    read_manifest(folder)
    from training.common.quiet import load_tensorflow

    load_tensorflow()
    findings = lint(folder)
    for finding in findings:
        say(f"{folder}/{finding}")
    results = verify(folder)
    show(folder, results)
    accepted = [r.passed or (bool(r.unavailable) and not arguments.require_all) for r in results]
    return 0 if all(accepted) and not findings else 1


if __name__ == "__main__":
    command(main)
