"""Serve an exported model over HTTP: `python -m examples.serve exported/keyboard`.

The server runs the SavedModel and needs nothing beyond Python's standard library. It keeps no state
between requests: each one contains the whole text, as JSON in the body of a POST.

    $ curl -d '{"text": "how are", "count": 2}' http://127.0.0.1:8001/predict
    {"words": [{"word": "you", "probability": 0.9075}, {"word": "your", "probability": 0.0245}]}

    $ curl -d '{"text": "how are you"}' http://127.0.0.1:8001/score
    {"log_probability": -10.6998, "words": [{"word": "how", "log_probability": -4.4876, ...

A request that cannot be answered gets status 400, 404 or 413 and `{"error": "..."}`. `predict` and
`score` know nothing about HTTP, so they also fit into FastAPI or another framework.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import numpy as np

from export.copies.places import EXPORTED
from export.proof.exported import Exported
from training.arguments import DEFAULT_PRESET
from training.common.display import say
from training.common.errors import command
from training.common.options import Parser
from training.common.quiet import load_tensorflow
from training.measure.scoring import score_text
from training.text.context import text_ids
from training.text.rules import split
from training.text.unknown_words import UnknownWords
from training.text.vocabulary import END, UNKNOWN
from web.serve import add_address_arguments, bind

# About a thousand words. A step takes a millisecond or more, and nothing else limits a request.
MOST_BYTES = 4_096
MOST_WORDS = 100
DIGITS = 4

EXAMPLES = """\
  python -m examples.serve                              exported/keyboard on port 8001
  python -m examples.serve exported/novel --port 9000
  python -m examples.serve --host 0.0.0.0               for other computers; without encryption
"""


class BadRequest(ValueError):
    """A request that cannot be answered. The message says what was wrong."""


class Service:
    """Answers requests with an exported model. Several threads can call it.

    Args:
      exported: The export, with its SavedModel.
    """

    def __init__(self, exported: Exported):
        self.vocabulary = exported.vocabulary()
        self.unknown = UnknownWords(self.vocabulary, exported.tail())
        self.model = exported.saved_model()

    def predict(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the `count` (default 3) most probable words after `text`, which may be empty.

        The word `</s>` is the end of a sentence or message.
        """
        text, count = text_of(request), request.get("count", 3)
        if type(count) is not int or not 1 <= count <= MOST_WORDS:
            raise BadRequest(f"count must be a whole number from 1 to {MOST_WORDS}")
        ids = np.array([END, *text_ids(text, self.vocabulary)], np.int32)
        logits, _ = self.model.run(ids, self.model.zero_state())
        exponentials = np.exp(logits[-1] - logits[-1].max())
        probabilities = exponentials / exponentials.sum()
        best = [int(id) for id in np.argsort(-probabilities, kind="stable") if id != UNKNOWN]
        words = [
            {"word": self.vocabulary.entry(id), "probability": rounded(probabilities[id])}
            for id in best[:count]
        ]
        return {"words": words}

    def score(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the log-probability of `text` in nats, in total and for each word."""
        text = text_of(request)
        if not split(text):
            raise BadRequest("text has no words")
        score = score_text(self.model, self.vocabulary, text, self.unknown)
        words = [
            {"word": word, "log_probability": rounded(value), "unknown": unknown}
            for word, value, unknown in zip(
                score.tokens, score.log_probabilities, score.unknown, strict=True
            )
        ]
        return {"log_probability": rounded(score.total), "words": words}


def text_of(request: dict[str, Any]) -> str:
    """Return the text of a request. Raises `BadRequest` if there is none."""
    text = request.get("text")
    if not isinstance(text, str):
        raise BadRequest('the body must be JSON with a text, such as {"text": "how are"}')
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise BadRequest("text has half of a surrogate pair") from None
    return text


def rounded(value: float) -> float:
    """Return a number with the digits that a response shows."""
    return round(float(value), DIGITS)


class Handler(BaseHTTPRequestHandler):
    """Translates between HTTP and a `Service`."""

    timeout = 10  # seconds; a client that sends no more must not keep a thread for ever

    def __init__(self, *arguments: Any, service: Service):
        self._answers = {"/predict": service.predict, "/score": service.score}
        super().__init__(*arguments)

    def do_POST(self) -> None:
        """Answer a request."""
        answer = self._answers.get(self.path)
        length = self.headers.get("Content-Length", "")
        if answer is None:
            self._send(HTTPStatus.NOT_FOUND, {"error": "POST to /predict or /score"})
        elif not (length.isascii() and length.isdigit()):
            self._send(HTTPStatus.BAD_REQUEST, {"error": "the body needs a Content-Length"})
        elif len(length) > len(str(MOST_BYTES)) or int(length) > MOST_BYTES:
            message = f"the body must have at most {MOST_BYTES} bytes"
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": message})
        else:
            try:
                self._send(HTTPStatus.OK, answer(parsed(self.rfile.read(int(length)))))
            except BadRequest as error:
                self._send(HTTPStatus.BAD_REQUEST, {"error": str(error)})

    def do_GET(self) -> None:
        """Say how to ask."""
        self._send(HTTPStatus.NOT_FOUND, {"error": "POST to /predict or /score"})

    def _send(self, status: HTTPStatus, answer: dict[str, Any]) -> None:
        body = json.dumps(answer, ensure_ascii=False).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Do not log requests to the terminal."""


def parsed(body: bytes) -> dict[str, Any]:
    """Return the JSON object in a body. Raises `BadRequest` if it is something else."""
    try:
        request = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest("the body is not JSON in UTF-8") from None
    if not isinstance(request, dict):
        raise BadRequest("the body must be a JSON object")
    return request


def main(argv: Sequence[str] | None) -> None:
    """Serve until the process is stopped, after printing the address."""
    parser = Parser("examples.serve", "Serve an exported model over HTTP.", EXAMPLES)
    default = EXPORTED / DEFAULT_PRESET
    parser.add_argument(
        "folder", nargs="?", type=Path, default=default, help=f"the export (default: {default})"
    )
    add_address_arguments(parser, 8001)
    options = parser.parse_args(argv)
    exported = Exported(options.folder)
    load_tensorflow()
    handler = functools.partial(Handler, service=Service(exported))
    with bind(options.host, options.port, handler) as server:
        say(f"POST to http://{options.host}:{server.server_port}/predict or /score (Ctrl-C stops)")
        server.serve_forever()


if __name__ == "__main__":
    command(main)
