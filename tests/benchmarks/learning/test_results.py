"""Figures, intervals and tables computed from sums whose results are known."""

import math

import numpy as np
import pytest

from benchmarks.learning.replay import NAMES, Replayed, Sums
from benchmarks.learning.results import FIGURES, SAVED, Results
from benchmarks.learning.tables import draw, tables_of


def results(*messages):
    """Results of messages, each given as its writer, words typed before, and sums."""
    found = Replayed()
    for number, (writer, before, sums) in enumerate(messages):
        found.rows.append([getattr(sums, name) for name in NAMES])
        found.writers.append(writer)
        found.text_fields.append(number)
        found.before.append(before)
    return Results(found)


def sums(keys, words=300, nats=0.0):
    return Sums(
        words=words, keys=keys, characters=1000, word_keys=keys, word_characters=2000,
        first=words // 10, among_first=words // 5, nats=nats,
    )  # fmt: skip


def test_figures_are_ratios_of_sums():
    one = results((0, 0, sums(500, nats=300 * math.log(8))), (1, 0, sums(700, 100, 0.0)))
    values = [figure.value(one.total) for figure in FIGURES]
    assert values == pytest.approx([0.4, 0.7, 0.1, 0.2, 8**0.75])


def test_the_median_and_the_worst_leave_out_writers_with_few_words():
    one = results((0, 0, sums(500)), (1, 0, sums(600)), (2, 0, sums(900, words=249)))
    assert one.of_writers(SAVED) == pytest.approx([0.5, 0.4])


def test_the_gain_of_each_writer_is_in_points():
    base = results((0, 0, sums(500)), (1, 0, sums(600)))
    own = results((0, 0, sums(400)), (1, 0, sums(601)))
    assert own.gains_of_writers(base) == pytest.approx([10, -0.1])
    assert own.gain(base).value == pytest.approx(4.95)


def test_a_gain_that_is_the_same_for_all_writers_is_certain():
    keys = np.random.default_rng(1).integers(300, 900, 12).tolist()
    base = results(*((writer, 0, sums(count)) for writer, count in enumerate(keys)))
    own = results(*((writer, 0, sums(count - 50)) for writer, count in enumerate(keys)))
    gain, saved = own.gain(base), own.interval(SAVED)
    assert (gain.low, gain.value, gain.high) == pytest.approx((5, 5, 5))
    assert saved.low is not None and saved.high is not None
    assert saved.low < saved.value < saved.high


def test_with_few_writers_text_fields_are_resampled():
    one = results(*((0, 0, sums(count)) for count in range(500, 512)))
    assert one.interval(SAVED).low is not None
    assert results((0, 0, sums(500)), (0, 0, sums(600))).interval(SAVED).low is None


def test_the_curve_is_divided_by_the_words_typed_before():
    later = sums(500, words=1000)
    one = results((0, 0, sums(900)), (0, 249, sums(800)), (0, 250, later), (1, 0, sums(700)))
    parts = [(begin, writers, SAVED.value(total)) for begin, writers, total in one.curve()]
    assert parts == [(0, 2, pytest.approx(0.2)), (250, 1, pytest.approx(0.5))]


def test_the_curve_leaves_out_what_a_few_writers_wrote():
    one = results((0, 0, sums(900)), (0, 500, sums(800, words=999)))
    assert [begin for begin, *_ in one.curve()] == [0]


def table_rows(tables, title):
    (table,) = (table for table in tables if table.title.startswith(title))
    return [[cell.value for cell in row] for row in table.rows]


@pytest.fixture
def tables():
    base = results((0, 0, sums(600, nats=1.0)), (1, 0, sums(500, nats=1.0)))
    own = results((0, 0, sums(580, nats=math.nan)), (1, 0, sums(502, nats=math.nan)))
    return tables_of("all", {"network": base, "other": own}, "network")


def test_the_tables_show_all_the_median_and_the_worst(tables):
    network, other = table_rows(tables, "all")
    assert network[:3] == ["network", "45.00%", "+0.00"]
    assert other == ["other", "45.90%", "+0.90", "72.95%", "10.00%", "20.00%", "–"]
    assert table_rows(tables, "median")[1][:3] == ["other", "45.90%", "+0.90"]
    assert table_rows(tables, "worst")[1][:3] == ["other", "42.00%", "-0.20"]


def test_the_curve_is_a_table_with_the_number_of_writers(tables):
    assert table_rows(tables, "keys saved")[:3] == [
        ["writers", "2"], ["words", "600"], ["network", "45.00%"]
    ]  # fmt: skip


def test_without_the_network_alone_there_is_no_gain():
    (row,) = table_rows(tables_of("all", {"one": results((0, 0, sums(600)))}, "network"), "all")
    assert row[2] == "–"


def test_new_words_have_a_share_only_if_there_are_any(tables):
    assert table_rows(tables, "words outside")[0] == ["network", "0", "–", "0", "–"]
    counted = Sums(
        words=4, characters=9, word_characters=9, new_words=4, new_words_offered=3,
        long_new_words=2, long_new_words_offered=1,
    )  # fmt: skip
    rows = table_rows(
        tables_of("all", {"one": results((0, 0, counted))}, "network"), "words outside"
    )
    assert rows == [["one", "4", "75.0%", "2", "50.0%"]]


def test_the_plot_is_a_picture(tmp_path):
    draw({"one": results((0, 0, sums(600)), (0, 300, sums(500)))}, tmp_path / "plot.png", "title")
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")
