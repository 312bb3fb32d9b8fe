"""Figures of a run, drawn to files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from training.files import writing


def draw_curve(history: Sequence[dict[str, Any]], path: Path, title: str) -> None:
    """Training and validation perplexity by epoch, as a PNG file."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.add_subplot()
    epochs = [record["epoch"] for record in history]
    axes.plot(
        epochs,
        [record["training_perplexity"] for record in history],
        marker=".",
        color="#8a8f98",
        label="training (under dropout)",
    )
    validated = [record for record in history if record["validation_perplexity"] is not None]
    if validated:
        perplexities = [record["validation_perplexity"] for record in validated]
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
