"""Build the page of an exported run, and serve it if asked: `python -m export.page`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from export.copies.places import PAGES
from export.proof.arguments import add_export_arguments, chosen_export
from training.arguments import Parser
from training.common.display import say
from training.common.errors import command
from web.node import build_page
from web.serve import add_address_arguments, serve

EXAMPLES = """\
  python -m export.page                          the default run, into web/dist/keyboard
  python -m export.page --run novel              another run
  python -m export.page --also exported --serve  with a menu of all models, on port 8000
"""


def main(argv: Sequence[str] | None) -> None:
    """Build the page; with `--serve`, serve it until Ctrl-C."""
    parser = Parser("export.page", "Build the page of a run, and serve it if asked.", EXAMPLES)
    add_export_arguments(parser, folder=True)
    parser.add_argument("--also", type=Path, help="folder with other exports to offer on the page")
    parser.add_argument("--output", type=Path, help="folder to write (default: web/dist/RUN)")
    parser.add_argument("--serve", action="store_true", help="serve the page until Ctrl-C")
    add_address_arguments(parser)
    arguments = parser.parse_args(argv)
    exported = chosen_export(arguments)
    page = arguments.output or PAGES / exported.name
    build_page(exported, page, arguments.also)
    say(f"the page is in {page}")
    if arguments.serve:
        serve(page, arguments.port, arguments.host)


if __name__ == "__main__":
    command(main)
