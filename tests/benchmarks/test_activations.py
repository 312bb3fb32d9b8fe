import pytest

from benchmarks.activations import examined, keep, row_of, summary
from training.network.configuration import preset

RECORD = {
    "validation_perplexity": [90.0, 80.0],
    "distances": [1, 2, 4, 8, 16, 32, 64],
    "perplexities": [120.0, 100.0, 90.0, 85.0, 82.0, 81.0, 80.0],
    "gradient_norms": [1.0, 0.5, 0.25, 0.1, 0.05, 0.01, 0.001],
}


def test_a_row_has_the_last_perplexity_and_the_gradient_by_distance():
    assert row_of("tanh", RECORD) == [
        "tanh",
        "80.00",
        "120.00",
        "1.0e+00",
        "2.5e-01",
        "5.0e-02",
        "1.0e-03",
    ]


def test_a_diverged_training_has_a_row_too():
    row = row_of("relu", {"diverged": "the loss became nan"})
    assert row[:2] == ["relu", "diverged"]
    assert len(row) == len(row_of("tanh", RECORD))


def test_table_numbers_and_plot_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.activations.RESULTS", tmp_path)
    records = {"tanh": RECORD, "relu": {"diverged": "nan"}}
    keep(records, summary(records, 2), "Made by hand.")
    assert "| tanh | 80.00 |" in (tmp_path / "activations.md").read_text()
    assert (tmp_path / "activations.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "activations.json").exists()


@pytest.mark.slow
def test_a_real_network_is_trained_and_its_memory_measured(prepared):
    configuration = preset("tiny").changed({"activation": "relu", "epochs": 1})
    record = examined(configuration.adapted_to(prepared.tokens("train")), prepared)
    assert record["validation_perplexity"][-1] < len(prepared.vocabulary) / 2
    assert len(record["gradient_norms"]) == len(record["distances"])
