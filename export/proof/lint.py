"""Find problems that would break an exported copy later: `python -m export.proof.lint`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from export.copies.manifest import NAME, listed_files, read_manifest, tensors_in
from export.proof.arguments import add_export_arguments, chosen_export
from export.proof.lint_saved_model import lint_saved_model
from export.proof.lint_tfjs import lint_tfjs
from export.proof.lint_tflite import lint_tflite, packing_problems
from export.proof.sizes import NetworkSizes
from training.arguments import Parser
from training.common.display import say
from training.common.errors import UserError, command

EXAMPLES = """\
  python -m export.proof.lint --run keyboard
  python -m export.proof.lint --exported /tmp/model
"""


@dataclasses.dataclass(frozen=True)
class Finding:
    """A problem, and the file or folder in the export that has it."""

    file: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}: {self.problem}"


def lint(folder: Path) -> list[Finding]:
    """Find all problems of an exported folder; `UserError` if its manifest cannot be read."""
    manifest = read_manifest(folder)
    sizes = NetworkSizes(manifest["network"])
    checks = {
        "saved_model": lambda: lint_saved_model(folder / "saved_model", sizes),
        "model-float32.tflite": lambda: _tflite_problems(
            folder / "model-float32.tflite", manifest, quantised=False
        ),
        "model.tflite": lambda: _tflite_problems(folder / "model.tflite", manifest, quantised=True),
        "tfjs": lambda: lint_tfjs(folder / "tfjs", sizes),
        NAME: lambda: manifest_problems(folder, manifest, sizes),
    }
    findings: list[Finding] = []
    for file, check in checks.items():
        try:
            for problem in check():
                findings.append(Finding(file, problem))
        except UserError as error:
            findings.append(Finding(file, str(error)))
        except Exception as error:
            # Readers raise many kinds of exceptions on damaged files. Check the other files too.
            problem = " ".join(f"{type(error).__name__}: {error}".split())
            findings.append(Finding(file, f"it cannot be read ({problem}); export it again"))
    return findings


def _tflite_problems(path: Path, manifest: dict[str, Any], quantised: bool) -> Iterator[str]:
    yield from lint_tflite(path, NetworkSizes(manifest["network"]), quantised)
    yield from packing_problems(path, manifest)


def manifest_problems(folder: Path, manifest: dict[str, Any], sizes: NetworkSizes) -> Iterator[str]:
    """Find differences between the manifest and the files."""
    if manifest["network"]["parameters"] != sizes.parameters():
        yield f"{manifest['network']['parameters']:,} parameters, not {sizes.parameters():,}"
    # Check the files first: that works even if the copies cannot be parsed.
    yield from _file_problems(manifest["files"], listed_files(folder))
    yield from _tensor_problems(manifest["artifacts"], tensors_in(folder))


def _tensor_problems(named: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    for artifact, tensors in found.items():
        for side in ("inputs", "outputs"):
            if named.get(artifact, {}).get(side) == tensors[side]:
                continue
            names = [tensor["name"] for tensor in tensors[side]]
            yield f"the {side} of {artifact} differ, or are in another order ({', '.join(names)})"


def _file_problems(named: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    for file in sorted(named.keys() | found.keys()):
        if file not in found:
            yield f"{file} is missing"
        elif file not in named:
            yield f"{file} is not listed"
        elif named[file] != found[file]:
            yield f"{file} was changed after the export"


def main(argv: Sequence[str] | None) -> int:
    """Print the problems; status 1 if there are any."""
    parser = Parser("export.proof.lint", "Find problems in an exported model.", EXAMPLES)
    add_export_arguments(parser, folder=True)
    folder = chosen_export(parser.parse_args(argv))
    from training.common.quiet import load_tensorflow

    load_tensorflow()
    findings = lint(folder)
    for finding in findings:
        say(f"{folder}/{finding}")
    if not findings:
        say(f"{folder}: no problems found")
    return 1 if findings else 0


if __name__ == "__main__":
    command(main)
