"""Plots of a run, written as PNG files."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from training.common.files import writing

# The perplexity of a diverging run can reach e^700, where margins of a logarithmic axis overflow.
MOST_DRAWN = 1e12


def draw_curve(history: Sequence[dict[str, Any]], path: Path, title: str) -> None:
    """Plot training and validation perplexity by epoch."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.add_subplot()
    epochs = [record["epoch"] for record in history]
    axes.plot(
        epochs,
        [min(record["training_perplexity"], MOST_DRAWN) for record in history],
        marker=".",
        color="#8a8f98",
        label="training (under dropout)",
    )
    validated = [record for record in history if record["validation_perplexity"] is not None]
    if validated:
        perplexities = [min(record["validation_perplexity"], MOST_DRAWN) for record in validated]
        axes.plot(
            [record["epoch"] for record in validated],
            perplexities,
            marker="o",
            color="#0b6bcb",
            label=f"validation (best {min(perplexities):.1f})",
        )
    axes.set(xlabel="epoch", ylabel="perplexity", title=title, yscale="log")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.yaxis.set_minor_formatter(lambda value, _: f"{value:g}")
    axes.grid(alpha=0.25)
    axes.legend(frameon=False)
    with writing(path, "wb") as stream:
        figure.savefig(stream, format="png", dpi=120)


def draw_memory(reach: dict[str, Any], path: Path, title: str) -> None:
    """Plot perplexity by the number of tokens the state has seen, and gradient norm by distance."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    distances = reach["distances"]
    left.plot(distances, reach["perplexities"], marker="o", color="#0b6bcb", label="state cut")
    left.axhline(reach["full"], color="#8a8f98", linestyle="--", label=f"full {reach['full']:.1f}")
    left.set(xlabel="tokens the state has seen", ylabel="perplexity")
    left.legend(frameon=False)
    right.plot(distances, reach["gradient_norms"], marker="o", color="#c2410c")
    right.set(xlabel="tokens back", ylabel="norm of the gradient", yscale="log")
    for axes in (left, right):
        axes.set_xscale("log", base=2)
        axes.set_xticks(distances, [str(distance) for distance in distances])
        axes.grid(alpha=0.25)
    figure.suptitle(title)
    with writing(path, "wb") as stream:
        figure.savefig(stream, format="png", dpi=120)


def draw_gradients(reaches: dict[str, dict[str, Any]], path: Path) -> None:
    """Plot gradient norm by distance for several networks, labelled with the keys of `reaches`."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot()
    for (name, reach), marker in zip(reaches.items(), itertools.cycle("os^Dv"), strict=False):
        axes.plot(reach["distances"], reach["gradient_norms"], marker=marker, label=name)
        axes.set_xticks(reach["distances"], [str(distance) for distance in reach["distances"]])
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set(xlabel="tokens back", ylabel="norm of the gradient")
    axes.grid(alpha=0.25)
    axes.legend(frameon=False)
    with writing(path, "wb") as stream:
        figure.savefig(stream, format="png", dpi=120)
