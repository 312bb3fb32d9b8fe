"""The model card: what the model is and how to use it. All figures come from the manifest."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

from export.copies.manifest import TAIL_FILE
from training.corpora import BUILT_IN
from training.data.word_lists import ENGLISH, NONE
from training.measure.metrics import FIGURES, SIZES, Figure
from training.network import cell
from training.network.configuration import Configuration

MEGABYTE = 1_000_000
COPIES = (
    ("model.tflite", "LiteRT, int8: the one to ship in an app"),
    ("model-float32.tflite", "LiteRT, float32"),
    ("tfjs", "TensorFlow.js, 8-bit weights: for the browser"),
    ("saved_model", "SavedModel, float32: for servers"),
)
HELD_OUT = {
    "test": "on held-out text",
    "valid": "on the validation part, which also selected the weights",
}
SEGMENTATIONS = {
    "message": "each message ends in `</s>`",
    "sentence": "each sentence ends in `</s>`",
    "line": "each line ends in `</s>`; its tokens are separated by spaces",
}


def model_card(
    manifest: dict[str, Any],
    samples: Sequence[str] = (),
    reach: dict[str, Any] | None = None,
) -> str:
    """Write the model card in Markdown.

    Args:
        manifest: The manifest of the export.
        samples: Texts that the model generated.
        reach: The reach of its memory, from `training.measure.memory`, if measured.
    """
    parts = [_description(manifest), _files(manifest), _figures(manifest)]
    parts += [_memory(reach)] if reach else []
    parts += [_samples(samples)] if samples else []
    parts += [_training(manifest), _usage(manifest)]
    return "\n\n".join(parts) + "\n"


def _description(manifest: dict[str, Any]) -> str:
    network, source = manifest["network"], manifest["created_from"]
    versions = ", ".join(f"{name} {value}" for name, value in manifest["versions"].items())
    text = manifest["text"]
    return f"""# {manifest["name"]}

A word-level language model: {cell.NAME}, {network["layers"]} layers of
{network["units"]} units ({network["activation"]}), word vectors of {network["embedding_size"]}
numbers shared between input and output, {network["parameters"]:,} parameters,
{network["vocabulary_size"]:,} vocabulary entries. It continues a text word by word. It knows no
facts, and it reproduces the content of its corpus, including prejudices.

- Trained on: {source["corpus"]} (licence: {source["licence"]}), SHA-256 `{source["corpus_sha256"]}`
- Seed {source["seed"]}; {versions}
- Text: {SEGMENTATIONS[text["segmentation"]]}; text rules version {text["rules_version"]}"""


def _files(manifest: dict[str, Any]) -> str:
    rows = [
        f"| `{copy}` | {purpose} | {copy_bytes(manifest, copy) / MEGABYTE:.2f} MB |"
        for copy, purpose in COPIES
    ]
    return "\n".join(
        ["## Files", "", "| file | purpose | size |", "|---|---|---:|", *rows, *_tail(manifest)]
    )


def _tail(manifest: dict[str, Any]) -> list[str]:
    count = manifest.get("tail_words", 0)
    if not count:
        return []
    words = manifest["created_from"].get("words")
    return [
        "",
        f"`{TAIL_FILE}` and both LiteRT files also list {count:,} words that did not fit into the",
        f"vocabulary, from the training text{f' and from {words}' if words else ''}.",
        "The network knows them only as `<unk>`; the C library and the page suggest them once a",
        "letter is typed.",
    ]


def copy_bytes(manifest: dict[str, Any], copy: str) -> int:
    """The size of a copy, a file or a folder, in bytes."""
    return sum(
        entry["bytes"]
        for file, entry in manifest["files"].items()
        if file == copy or file.startswith(f"{copy}/")
    )


def _figures(manifest: dict[str, Any]) -> str:
    columns = all_figures(manifest)
    if not columns:
        return (
            "## Metrics\n\nNot measured: the text has no held-out part, or measuring was skipped."
        )
    rows = [
        f"| {figure.title} | {' | '.join(_cell(values, figure) for values in columns.values())} |"
        for figure in (*FIGURES, *SIZES)
    ]
    held_out = HELD_OUT[next(iter(columns.values())).get("part", "test")]
    head = [f"| {held_out} | {' | '.join(columns)} |", "|---|" + "---:|" * len(columns)]
    return "\n".join(["## Metrics", "", *head, *rows, *_same_text(columns)])


def all_figures(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The metrics of the float model and of each measured copy, by name."""
    copies = {name: entry.get("metrics") for name, entry in manifest["artifacts"].items()}
    found = {"float32": manifest["metrics"].get("float32"), **copies}
    return {name: values for name, values in found.items() if values}


def _cell(values: dict[str, Any], figure: Figure) -> str:
    return figure.text(values[figure.key]) if figure.key in values else ""


def _same_text(columns: dict[str, dict[str, Any]]) -> list[str]:
    tfjs = columns.get("tfjs")
    if not tfjs:
        return []
    measured = f"TensorFlow.js was measured on the first {tfjs['tokens']:,} tokens"
    # An infinite perplexity is not recorded.
    if "float32_perplexity" in tfjs:
        measured += f", where the float model has a perplexity of {tfjs['float32_perplexity']:.2f}"
    return ["", f"{measured}."]


def _memory(reach: dict[str, Any]) -> str:
    measured = zip(reach["distances"], reach["perplexities"], strict=True)
    rows = [f"| {tokens} | {perplexity:.2f} |" for tokens, perplexity in measured]
    return "\n".join(
        [
            "## How far back the memory reaches",
            "",
            f"Perplexity of {reach['positions']:,} held-out tokens when the state has seen only "
            "the last tokens before them:",
            "",
            "| tokens seen | perplexity |",
            "|---|---:|",
            *rows,
            f"| all | {reach['full']:.2f} |",
        ]
    )


def _samples(samples: Sequence[str]) -> str:
    quoted = ["> " + text.replace("\n", "\\\n> ") for text in samples]
    return "\n\n".join(["## Samples", "Texts generated without a prompt:", *quoted])


def _training(manifest: dict[str, Any]) -> str:
    command = training_command(manifest)
    note = " Replace each path with that of your copy." if "path/to/" in command else ""
    return f"""## How to train this model again

Use the text with the SHA-256 above and version {manifest["elman_version"]} of Elman.{note}

```sh
{command}
```"""


def training_command(manifest: dict[str, Any]) -> str:
    """The `make` command that trains this model again, from its text and settings."""
    configuration = Configuration().changed(manifest["configuration"])
    source = manifest["created_from"]
    given = {"CORPUS": source["corpus"]}
    if not _is_built_in(manifest):
        given = {
            "CORPUS": f"path/to/{given['CORPUS']}",
            "SEGMENTATION": manifest["text"]["segmentation"],
        }
    given.update(source.get("options", {}))
    if (words := given.get("WORD_LIST", NONE)) not in (ENGLISH, NONE):
        given["WORD_LIST"] = f"path/to/{words}"
    given["PRESET"] = configuration.preset
    variables = [f"{name}={shlex.quote(value)}" for name, value in given.items()]
    if settings := configuration.beside_preset():
        variables.append(f'SET="{" ".join(settings)}"')
    return " ".join(["make train", *variables])


def _is_built_in(manifest: dict[str, Any]) -> bool:
    return manifest["created_from"]["corpus"] in BUILT_IN


def _usage(manifest: dict[str, Any]) -> str:
    network = manifest["network"]
    shape = f"{network['layers']}, 1, {network['units']}"
    inputs = manifest["artifacts"]["model.tflite"]["inputs"]
    order = ", ".join(f"`{tensor['name']}`" for tensor in inputs)
    return f"""## How to use it

Every copy is one function, `step(token: int32[1], state: float32[{shape}]) -> logits:
float32[1, {network["vocabulary_size"]}], next_state`. Start with a state of zeros and one step on
`</s>` (id {manifest["special"]["end"]}), then pass the id of each word: its line number in
`vocabulary.txt`, counted from 0. Never show `<unk>` (id {manifest["special"]["unknown"]}).

```python
import numpy as np
from ai_edge_litert.interpreter import Interpreter

step = Interpreter("model.tflite").get_signature_runner("step")
result = step(token=np.array([0], np.int32), state=np.zeros(({shape}), np.float32))
words = open("vocabulary.txt", encoding="utf-8").read().split("\\n")
print([words[index] for index in result["logits"][0].argsort()[:-4:-1]])
```

Where a runtime addresses tensors by position, the inputs of `model.tflite` are, in order, {order}.
The manifest lists the order for every copy. `python -m export.verify` shows the largest differences
between the copies."""
