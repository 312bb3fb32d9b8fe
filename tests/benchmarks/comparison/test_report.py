import numpy as np
import pytest

from benchmarks.common.intervals import Interval
from benchmarks.common.tables import Cell, Table, machine, write_markdown
from benchmarks.comparison.contenders import Costs
from benchmarks.comparison.measure import NAMES, Measured
from benchmarks.comparison.report import Results, cell, explanation
from benchmarks.comparison.texts import Text


def measured(nats, first):
    """Twenty documents of ten tokens each."""
    row = {"tokens": 10, "words": 8, "characters": 40, "keys": 20, "documents": 1}
    sums = np.array([[row.get(name, 0) for name in NAMES]] * 20, np.float64)
    sums[:, NAMES.index("nats")] = nats
    sums[:, NAMES.index("first")] = first
    sums[:, NAMES.index("among_first")] = 2 * first
    return Measured(sums)


@pytest.fixture
def results():
    found = Results(Text("tea", "phrases", []))
    found.measured["RNN int8"] = Costs(2_960_000, 41.7), measured(20 * np.log(2), 2)
    found.measured["5-gram KN"] = Costs(20_000_000, 700.0), measured(20 * np.log(2.5), 1)
    found.measured["unigram"] = Costs(None, None), measured(10 * np.log(9), 0)
    return found


def test_the_figures_of_a_model_are_a_row(results):
    table = results.tables()[0]
    assert table.columns[1:] == [
        "perplexity", "bits/char", "top-1", "top-3", "saved", "MB", "µs"
    ]  # fmt: skip
    written = [[cell.value for cell in row] for row in table.rows]
    assert written[0] == ["RNN int8", "4.00", "0.500", "25.00%", "50.00%", "50.00%", "3.0", "42"]
    assert written[2][-2:] == ["–", "–"]


def test_the_title_tells_over_what_it_was_measured(results):
    title = results.tables()[0].title
    assert "tea (phrases): 20 documents, 200 tokens" in title
    assert "160 words, 800 characters" in title


def test_models_are_compared_with_the_five_gram(results):
    rows = {row[0].value: [cell.value for cell in row[1:]] for row in results.tables()[1].rows}
    assert rows["RNN int8"] == ["-36.0%", "+100.0%", "+100.0%", "+0.00 points"]
    assert "5-gram KN" not in rows


def test_json_has_the_bounds(results):
    model = results.as_dict()["models"]["RNN int8"]
    assert model["bytes"] == 2_960_000
    assert model["intervals"]["perplexity"] == pytest.approx([4, 4])


def test_a_figure_has_a_margin_for_the_screen_and_bounds_for_paper():
    assert cell(Interval(0.25, 0.2, 0.31), "{:.1%}") == Cell("25.0%", "±5.5", "20.0% to 31.0%")


def test_a_difference_has_a_margin_without_sign_and_unit():
    found = cell(Interval(1.5, -0.5, 3.5), "{:+.2f} points")
    assert found == Cell("+1.50 points", "±2.00", "-0.50 to +3.50")


def test_a_figure_without_interval_stands_alone():
    assert cell(Interval(12.0), "{:.2f}") == Cell("12.00")


def test_markdown_is_a_table():
    table = Table("Tea", ["model", "top-1"], [[Cell("a"), Cell("1%", "±2", "0% to 4%")]])
    assert (
        table.markdown() == "## Tea\n\n| model | top-1 |\n| --- | ---: |\n| a | 1%<br>0% to 4% |\n"
    )


def test_the_tables_fit_into_eighty_columns(results, capsys):
    for table in results.tables():
        table.show()
    lines = [line for line in capsys.readouterr().out.splitlines() if line[:1] in "┃│"]
    assert lines and max(map(len, lines)) <= 80
    assert "…" not in "".join(lines)


def test_a_file_holds_tables_and_what_is_said_of_them(results, tmp_path):
    write_markdown(tmp_path / "a.md", "Title", results.tables(), explanation(9))
    text = (tmp_path / "a.md").read_text()
    assert text.startswith("# Title\n\n## tea (phrases)")
    assert text.count("| RNN int8 |") == 2
    assert "All models read the same ids" in text


def test_the_machine_is_named_without_its_name():
    import platform

    assert "cores" in machine()
    assert platform.node() not in machine()
