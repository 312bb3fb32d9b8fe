"""The server answers as the trained network does, and refuses what it cannot answer."""

import functools
import http.client
import json
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from examples.serve import MOST_BYTES, Handler
from tests.commands import ROOT, command_of, environment, one_line, run_command
from training.measure.scoring import score_text
from training.network.run import Run
from training.text.unknown_words import UnknownWords
from training.text.vocabulary import END, UNKNOWN
from web.serve import bind

Ask = Callable[[str, bytes], tuple[int, dict[str, Any]]]


@pytest.fixture(scope="module")
def ask(exported: Path) -> Iterator[Ask]:
    """`ask(path, body)` returns the status and the answer of a running server."""
    command = command_of("examples.serve", exported, "--port", 0)
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        address = server.stdout.readline().split()[2].removesuffix("/predict")

        def ask(path: str, body: bytes) -> tuple[int, dict[str, Any]]:
            try:
                with urllib.request.urlopen(address + path, body, timeout=60) as response:
                    return response.status, json.load(response)
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, json.load(error)

        yield ask
        server.terminate()


def test_the_words_predicted_are_the_most_probable_ones_of_the_network(ask: Ask, trained: Run):
    model, vocabulary = trained.model(), trained.vocabulary
    ids = np.array([END, *vocabulary.encode(["how", "are"])], np.int32)
    logits = model.run(ids, model.zero_state())[0][-1].astype(float)
    probabilities = np.exp(logits) / np.exp(logits).sum()
    order = [id for id in np.argsort(-probabilities) if id != UNKNOWN]
    status, answer = ask("/predict", b'{"text": "how are", "count": 5}')
    assert status == 200
    assert [word["word"] for word in answer["words"]] == [vocabulary.entry(id) for id in order[:5]]
    found = [word["probability"] for word in answer["words"]]
    np.testing.assert_allclose(found, probabilities[order[:5]], atol=1e-3)


def test_the_score_is_that_of_the_network(ask: Ask, trained: Run):
    text = "how are you qwrtz"
    unknown = UnknownWords(trained.vocabulary, trained.tail)
    expected = score_text(trained.model(), trained.vocabulary, text, unknown)
    status, answer = ask("/score", json.dumps({"text": text}).encode())
    assert status == 200
    assert [word["word"] for word in answer["words"]] == expected.tokens
    assert [word["unknown"] for word in answer["words"]] == expected.unknown
    found = [word["log_probability"] for word in answer["words"]]
    np.testing.assert_allclose(found, expected.log_probabilities, atol=1e-3)
    assert answer["log_probability"] == pytest.approx(expected.total, abs=1e-3)


def test_three_words_begin_a_text(ask: Ask):
    status, answer = ask("/predict", b'{"text": ""}')
    assert status == 200 and len(answer["words"]) == 3


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/predict", b"how are", 400),
        ("/predict", b"[]", 400),
        ("/predict", b"[" * 4_000, 400),
        ("/predict", b"{}", 400),
        ("/predict", b'{"text": 1}', 400),
        ("/predict", b'{"text": "\\ud800"}', 400),
        ("/predict", b'{"text": "\xff"}', 400),
        ("/predict", b'{"text": "how", "count": 0}', 400),
        ("/predict", b'{"text": "how", "count": true}', 400),
        ("/score", b'{"text": " "}', 400),
        ("/score", b" " * (MOST_BYTES + 1), 413),
        ("/words", b'{"text": "how"}', 404),
    ],
)
def test_a_request_that_cannot_be_answered_gets_an_error(ask: Ask, path, body, status):
    found, answer = ask(path, body)
    assert found == status and list(answer) == ["error"]
    assert ask("/predict", b'{"text": "how"}')[0] == 200


def test_a_length_of_thousands_of_digits_is_too_large():
    service = SimpleNamespace(predict=dict, score=dict)
    with bind("127.0.0.1", 0, functools.partial(Handler, service=service)) as server:
        answering = threading.Thread(target=server.handle_request)
        answering.start()
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        connection.request("POST", "/score", headers={"Content-Length": "9" * 5_000})
        with connection.getresponse() as response:
            assert response.status == 413
        connection.close()
        answering.join()


def test_a_missing_export_is_reported_in_one_line(tmp_path: Path):
    result = run_command("examples.serve", tmp_path / "nothing", cwd=tmp_path)
    assert str(tmp_path / "nothing") in one_line(result)
