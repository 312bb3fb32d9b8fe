"""Measures the speed of the page in Chromium: `python -m benchmarks.page`.

Each run types 300 keys and generates 1,000 words; the table shows medians over several runs, with
limits. A busy machine slows everything down. An empty loop, timed in the same Chromium in each run,
shows how busy it was.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from benchmarks.common.kept import RESULTS
from benchmarks.common.made import made_by
from benchmarks.common.tables import Cell, Table, write_markdown
from export.proof.arguments import add_export_arguments, chosen_export
from export.proof.browser import chromium
from training.arguments import Parser
from training.common.display import say
from training.common.errors import UserError, command
from web.node import build_page
from web.serve import PageHandler, serving

KEYS, WORDS, ROUNDS = 300, 1000, 5
PAUSE_MILLISECONDS = 60
SENTENCES = (
    "hey how are you doing today. i am fine and i would like to go to the beach with my friends. "
    "what do you like to do in your free time? i like music and i play the guitar. that sounds "
    "like a lot of fun. do you have any pets? yes i have two cats and a dog. "
)
TIMES = """
globalThis.keys = []; globalThis.tasks = [];
new PerformanceObserver(list => tasks.push(...list.getEntries().map(task => task.duration)))
  .observe({type: 'longtask'});
addEventListener('DOMContentLoaded', () => {
  let began = 0;
  addEventListener('keydown', event => { began = event.timeStamp; }, true);
  new MutationObserver(() => {
    if (document.querySelector('#suggestions .word')?.textContent) {
      globalThis.first ??= performance.now();
    }
    if (!began) return;
    const key = {strip: performance.now() - began, paint: NaN}, from = began;
    began = 0; keys.push(key);
    requestAnimationFrame(() => {
      const {port1, port2} = new MessageChannel();
      port1.onmessage = () => { key.paint = performance.now() - from; };
      port2.postMessage(null);
    });
  }).observe(document.querySelector('#suggestions'), {childList: true, subtree: true});
});
"""
EMPTY_LOOP = """() => {
  const began = performance.now();
  let sum = 0;
  for (let turn = 0; turn < 2e7; turn += 1) sum += turn % 7;
  return performance.now() - began + 0 * sum;
}"""
EXAMPLES = """\
  python -m benchmarks.page              the default run's page
  python -m benchmarks.page --keep       also write benchmarks/results/page-<run>.md
"""


@dataclass(frozen=True)
class Bound:
    """A figure: its name, its format, and its upper (or, with `least`, lower) limit."""

    name: str
    form: str
    bound: float
    least: bool = False

    def judge(self, value: float) -> str:
        """Return "yes" if the value is within the limit, otherwise "no"."""
        return "yes" if (value >= self.bound if self.least else value <= self.bound) else "no"


FIGURES = {
    "strip": Bound("key to updated suggestions, p95, ms", "{:.1f}", 16),
    "paint": Bound("key to next paint, p95, ms", "{:.1f}", 34),
    "step": Bound("one step of the network, p95, ms", "{:.2f}", 3),
    "words": Bound("words generated per second", "{:.0f}", 200, least=True),
    "task": Bound("longest task while generating, ms", "{:.0f}", 50),
    "first": Bound("navigation to first suggestion, ms", "{:.0f}", 1500),
    "megabytes": Bound("transfer on the first visit, MB", "{:.2f}", 3.5),
}
LOOP = "an empty loop of 20 million iterations in the same Chromium"


class CountingHandler(PageHandler):
    """Serves the page and counts the bytes of the bodies that it sends."""

    sent = 0

    def copyfile(self, source: Any, outputfile: Any) -> None:
        """Send a file and count its bytes."""
        content = source.read()
        CountingHandler.sent += len(content)
        outputfile.write(content)


def main(argv: Sequence[str] | None) -> None:
    """Measure the page of a run and print the table."""
    parser = Parser("benchmarks.page", "Time the page in Chromium.", EXAMPLES)
    add_export_arguments(parser, folder=True)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="number of runs")
    parser.add_argument("--keep", action="store_true", help="also write benchmarks/results")
    arguments = parser.parse_args(argv)
    if arguments.rounds < 1:
        raise UserError("--rounds must be at least 1")
    exported = chosen_export(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        page = Path(temporary, "page")
        build_page(exported, page)
        runs = measured(page, arguments.rounds)
    results = summary(exported.name, runs)
    results.show()
    sentences = [*notes(runs), made_by("benchmarks.page", argv)]
    for sentence in sentences:
        say(sentence)
    if arguments.keep:
        title = f"{exported.name}: the page in a browser"
        write_markdown(RESULTS / f"page-{exported.name}.md", title, [results], sentences)


def measured(page: Path, count: int) -> list[dict[str, float]]:
    """The figures of `count` runs, each in a new browser context."""
    with (
        serving(page, handler=CountingHandler) as address,
        sync_playwright() as playwright,
        chromium(playwright) as browser,
    ):
        return [one_run(browser, address) for _ in range(count)]


def one_run(browser: Browser, address: str) -> dict[str, float]:
    """Visit, type and generate once; figures by the keys of `FIGURES`, and `loop`."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.add_init_script(TIMES)
    CountingHandler.sent = 0
    page.goto(address)
    expect(page.locator("#suggestions .word").first).not_to_be_empty(timeout=60_000)
    # The first visit includes the files that the service worker stores for later visits.
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    figures = {"first": page.evaluate("first"), "megabytes": CountingHandler.sent / 1e6}
    figures |= typed(page) | generated(page)
    figures["loop"] = page.evaluate(EMPTY_LOOP)
    context.close()
    return figures


def typed(page: Page) -> dict[str, float]:
    """Type at a fast typist's speed, and time how long the suggestions take to update."""
    page.locator("#write-text").press_sequentially(
        (SENTENCES * 2)[:KEYS], delay=PAUSE_MILLISECONDS, timeout=300_000
    )
    page.wait_for_timeout(500)
    keys = page.evaluate("keys")
    page.get_by_role("tab", name="About").click()
    text = page.locator("#about-memory").inner_text()
    step = float(text.split("at most ")[1].split(" ms")[0])
    return {kind: p95([key[kind] for key in keys]) for kind in ("strip", "paint")} | {"step": step}


def generated(page: Page) -> dict[str, float]:
    """Generate text; the words per second, and the longest task meanwhile."""
    page.get_by_role("tab", name="Generate").click()
    page.locator("#length").fill(str(WORDS))
    page.evaluate("tasks.length = 0")
    page.get_by_role("button", name="Generate").click()
    note = page.locator("#generate-note")
    expect(note).to_contain_text("Done", timeout=120_000)
    rate = float(note.inner_text().split(", ")[1].split()[0])
    return {"words": rate, "task": max(page.evaluate("tasks"), default=0)}


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def summary(name: str, runs: list[dict[str, float]]) -> Table:
    """The table: medians over the runs, limits, and whether they hold."""
    rows = []
    for key, figure in FIGURES.items():
        values = [run[key] for run in runs]
        value = statistics.median(values)
        span = f"{figure.form.format(min(values))} to {figure.form.format(max(values))}"
        sign = "at least" if figure.least else "at most"
        bound = f"{sign} {figure.bound:g}"
        written = figure.form.format(value)
        rows.append(list(map(Cell, (figure.name, written, span, bound, figure.judge(value)))))
    return Table(f"The page of {name}", ["", "median", "all runs", "limit", "holds"], rows)


def notes(runs: list[dict[str, float]]) -> list[str]:
    """Sentences that describe how the figures were measured."""
    loops = sorted(run["loop"] for run in runs)
    return [
        "Chromium without a graphics card, the WebAssembly backend, one thread.",
        f"{len(runs)} runs of {KEYS} keys, {PAUSE_MILLISECONDS} ms apart, and {WORDS:,} words; "
        "a long task takes 50 ms or more; 0 means that there was none.",
        "Transfer: all bodies as sent (gzip), including the service worker's requests.",
        f"Load of the machine: {LOOP} took {loops[0]:.0f} to {loops[-1]:.0f} ms.",
    ]


if __name__ == "__main__":
    command(main)
