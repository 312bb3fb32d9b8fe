"""The demo server: correct types, a strict policy, no files outside its folder."""

import argparse
import gzip
import http.client
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from web.serve import add_address_arguments, greeting, open_server, serving


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    page = tmp_path / "page"
    (page / "wasm").mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html>")
    (page / "main.js").write_text("")
    (page / "manifest.webmanifest").write_text("{}")
    (page / "wasm" / "some.wasm").write_bytes(b"\0asm")
    (page / "weights.bin").write_bytes(b"\0")
    (tmp_path / "secret.txt").write_text("secret")
    return page


@pytest.fixture
def connection(folder: Path) -> Iterator[http.client.HTTPConnection]:
    with serving(folder) as address:
        opened = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
        yield opened
        opened.close()


def answer(connection: http.client.HTTPConnection, path: str) -> http.client.HTTPResponse:
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    return response


def serve(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "web.serve", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/main.js", "text/javascript; charset=utf-8"),
        ("/wasm/some.wasm", "application/wasm"),
        ("/weights.bin", "application/octet-stream"),
        ("/manifest.webmanifest", "application/manifest+json"),
    ],
)
def test_a_file_has_the_type_that_browsers_need(
    connection: http.client.HTTPConnection, path: str, kind: str
):
    assert answer(connection, path).headers["Content-Type"] == kind


def test_a_compressed_copy_is_sent_to_who_takes_it(
    connection: http.client.HTTPConnection, folder: Path
):
    (folder / "main.js").write_text("let word;" * 100)
    (folder / "main.js.gz").write_bytes(gzip.compress(b"let word;" * 100))
    for accepted, coding in (("br, gzip;q=0.8", "gzip"), ("", None)):
        connection.request("GET", "/main.js", headers={"Accept-Encoding": accepted})
        response = connection.getresponse()
        content = response.read()
        assert response.headers["Content-Encoding"] == coding
        assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert (gzip.decompress(content) if coding else content) == b"let word;" * 100


def test_every_answer_carries_the_policy(connection: http.client.HTTPConnection):
    policy = answer(connection, "/nothing-here").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'; script-src 'self' 'wasm-unsafe-eval';")
    assert "unsafe-inline" not in policy


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/wasm/", "/none.js", "/%00"]
)
def test_what_is_not_a_file_of_the_folder_is_not_found(
    connection: http.client.HTTPConnection, path: str
):
    assert answer(connection, path).status == 404


def test_a_browser_that_goes_away_leaves_no_message(
    folder: Path, capfd: pytest.CaptureFixture[str]
):
    (folder / "weights.bin").write_bytes(bytes(10_000_000))
    with serving(folder) as address:
        with socket.create_connection((urlsplit(address).hostname, urlsplit(address).port)) as gone:
            gone.sendall(b"GET /weights.bin HTTP/1.0\r\n\r\n")
            gone.recv(1)
            # Closing with unread data resets the connection.
        with urllib.request.urlopen(address, timeout=10) as response:
            assert response.status == 200
    assert capfd.readouterr().err == ""


def test_a_port_in_use_is_one_line_and_status_2(folder: Path):
    with open_server(folder, 0) as server:
        ran = serve(folder, "--port", str(server.server_port))
    assert ran.returncode == 2
    assert ran.stderr.startswith(f"error: port {server.server_port} is in use by another program;")
    assert ran.stderr.count("\n") == 1


def test_a_port_that_cannot_be_is_one_line_and_status_2(folder: Path):
    ran = serve(folder, "--port", "70000")
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)


def test_the_page_is_for_this_computer_only_unless_a_host_is_given(folder: Path):
    with open_server(folder, 0) as server:
        assert server.server_address[0] == "127.0.0.1"
    assert (
        greeting("127.0.0.1", 8000)
        == "The page is at http://127.0.0.1:8000/ (press Ctrl-C to stop)"
    )


def test_an_empty_host_is_this_computer_only():
    parser = argparse.ArgumentParser()
    add_address_arguments(parser)
    assert parser.parse_args(["--host", ""]).host == "127.0.0.1"


def test_a_page_for_the_network_says_where_it_is_and_who_can_see_it(folder: Path):
    with serving(folder, host="0.0.0.0") as address:
        with urllib.request.urlopen(address, timeout=10) as response:
            assert response.read() == b"<!doctype html>"
        said = greeting("0.0.0.0", int(address.split(":")[-1].rstrip("/")))
    assert said.startswith(f"The page is at {address} ")
    assert "0.0.0.0" not in said
    assert "Anyone on your network can open it" in said


@pytest.mark.parametrize("host", ["192.0.2.77", "no.such.host.invalid", "\u00e9" * 64])
def test_a_host_that_cannot_be_is_one_line_and_status_2(folder: Path, host: str):
    ran = serve(folder, "--host", host)
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert f"{host} is not an address" in ran.stderr


def test_a_folder_without_a_page_is_one_line_and_status_2(tmp_path: Path):
    ran = serve(tmp_path / "none")
    assert ran.returncode == 2
    assert "has no page" in ran.stderr
    assert ran.stderr.count("\n") == 1
