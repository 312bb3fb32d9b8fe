import io

import pytest
from rich.console import Console

from training.common import display


@pytest.fixture
def screen(monkeypatch) -> io.StringIO:
    """Redirects the console to a string, as to a log file instead of a terminal."""
    stream = io.StringIO()
    monkeypatch.setattr(display, "console", Console(file=stream, width=80, **display.STYLE))
    return stream


def test_a_log_file_gets_lines_with_share_rate_and_time_left(screen, monkeypatch):
    monkeypatch.setattr(display, "SECONDS_BETWEEN_LINES", 0.0)
    now = iter([0.0, 0.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0])
    monkeypatch.setattr(display.time, "monotonic", lambda: next(now))
    with display.ProgressDisplay("training", 1000, "tokens", done=100) as progress:
        progress.update(600, "loss 4.2")
    assert screen.getvalue() == "training  60% loss 4.2  50 tokens/s  0:08 left\n"


def test_a_log_file_is_not_flooded(screen):
    with display.ProgressDisplay("training", 100, "tokens") as progress:
        for done in range(100):
            progress.update(done)
    assert screen.getvalue() == ""


def test_messages_are_shown_as_they_are_with_brackets(screen):
    display.say("a [bold] word :100:")
    assert screen.getvalue() == "a [bold] word :100:\n"


def test_what_a_table_shows_may_have_brackets(screen):
    display.table("I [really] mean it", ["word", "value"], [("a [/b] :100:", "[red]")])
    assert all(
        text in screen.getvalue() for text in ("I [really] mean it", "a [/b] :100:", "[red]")
    )


def test_a_table_shows_its_cells(screen):
    display.table("figures", ["name", "value"], [("perplexity", "61.2")])
    assert "perplexity" in screen.getvalue() and "61.2" in screen.getvalue()
