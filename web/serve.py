"""Serve a built page on this computer: `python -m web.serve web/dist/keyboard`."""

import argparse
import contextlib
import errno
import functools
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from training.common.errors import UserError, command
from training.common.options import PORT, Parser

HOST = "127.0.0.1"
EVERYWHERE = "0.0.0.0"
EXAMPLES = """\
  python -m web.serve web/dist/keyboard --port 8000
  python -m web.serve web/dist/keyboard --host 0.0.0.0     for a phone on the same network
"""
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Server(ThreadingHTTPServer):
    """Answers each request in a thread."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore that a client went away; print any other error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class PageHandler(SimpleHTTPRequestHandler):
    """Serves the files of one folder with the content types that browsers require."""

    # The operating system's table may have other types, or none for WebAssembly.
    extensions_map = {
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".svg": "image/svg+xml",
        ".txt": "text/plain; charset=utf-8",
        ".wasm": "application/wasm",
        ".webmanifest": "application/manifest+json",
        ".png": "image/png",
        "": "application/octet-stream",
    }

    _compressed = False

    def guess_type(self, path: Any) -> str:
        """The type of a file by its suffix; a compressed copy has the type of the original."""
        suffix = Path(str(path).removesuffix(".gz") if self._compressed else path).suffix.lower()
        return self.extensions_map.get(suffix, self.extensions_map[""])

    def translate_path(self, path: str) -> str:
        """The file for a path, or its compressed copy if the browser accepts gzip."""
        found = super().translate_path(path)
        self._compressed = self._accepts_gzip() and Path(f"{found}.gz").is_file()
        return f"{found}.gz" if self._compressed else found

    def send_head(self) -> Any:
        """Resolve a folder to `index.html` here, so that its compressed copy is found too."""
        path, mark, query = self.path.partition("?")
        if "\0" in unquote(path):
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        if path.endswith("/"):
            self.path = f"{path}index.html{mark}{query}"
        return super().send_head()

    def _accepts_gzip(self) -> bool:
        accepted = self.headers.get("Accept-Encoding", "").split(",")
        return "gzip" in (encoding.split(";")[0].strip() for encoding in accepted)

    def list_directory(self, path: Any) -> None:
        """Refuse to list folders."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        """Add the headers of every response."""
        if self._compressed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Vary", "Accept-Encoding")
        self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Do not log requests to the terminal."""


def open_server(
    folder: Path, port: int, handler: type[PageHandler] = PageHandler, host: str = HOST
) -> ThreadingHTTPServer:
    """Bind a server for `folder`; port 0 selects a free port.

    Raises:
        UserError: If the folder has no page, or the address is not available.
    """
    if not (folder / "index.html").is_file():
        raise UserError(f"{folder} has no page; build one with `make train` first")
    return bind(host, port, functools.partial(handler, directory=str(folder)))


def bind(
    host: str, port: int, handler: Callable[..., BaseHTTPRequestHandler]
) -> ThreadingHTTPServer:
    """Bind a server to an address of this computer; `UserError` if it is not available."""
    try:
        return Server((host, port), handler)
    except (socket.gaierror, TypeError):
        # A name that cannot be written as a domain is a `TypeError`.
        raise UserError(
            f"{host} is not an address; use 127.0.0.1 or 0.0.0.0 as HOST (--host)"
        ) from None
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise UserError(
                f"{host} is not an address of this computer; use 127.0.0.1 or 0.0.0.0 as the host"
            ) from None
        used = error.errno == errno.EADDRINUSE
        reason = "in use by another program" if used else f"not available ({error.strerror})"
        raise UserError(f"port {port} is {reason}; choose another with PORT= (--port)") from error


@contextlib.contextmanager
def serving(
    folder: Path, port: int = 0, handler: type[PageHandler] = PageHandler, host: str = HOST
) -> Iterator[str]:
    """Serve `folder` in the background while the context is open; yield the URL, with a slash."""
    server = open_server(folder, port, handler, host)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield address_of(host, server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def main(argv: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = Parser("web.serve", "Serve a built page, by default only to this computer.", EXAMPLES)
    parser.add_argument("folder", type=Path, help="the built page")
    add_address_arguments(parser)
    options = parser.parse_args(argv)
    serve(options.folder, options.port, options.host)


def add_address_arguments(parser: argparse.ArgumentParser, port: int = 8000) -> None:
    """Add `--port`, with a default, and `--host`."""
    parser.add_argument(
        "--port", type=PORT, default=port, help=f"default {port}; 0 selects a free port"
    )
    parser.add_argument(
        "--host",
        # The operating system takes an empty host for every address.
        type=lambda host: host or HOST,
        default=HOST,
        help=f"default {HOST}, only this computer; {EVERYWHERE} serves the whole network",
    )


def serve(folder: Path, port: int, host: str) -> None:
    """Serve `folder` until the process is stopped, after printing the URL."""
    with open_server(folder, port, host=host) as server:
        print(greeting(host, server.server_port), flush=True)
        server.serve_forever()


def greeting(host: str, port: int) -> str:
    """The URL of the page, and who can open it."""
    said = f"The page is at {address_of(host, port)} (press Ctrl-C to stop)"
    if host == "localhost" or host.startswith("127."):
        return said
    return (
        f"{said}\nAnyone on your network can open it, for example on a phone. Text stays in the "
        "browser in which it is typed. Offline use needs https or 127.0.0.1."
    )


def address_of(host: str, port: int) -> str:
    """The URL to open in a browser."""
    return f"http://{_network_address() if host == EVERYWHERE else host}:{port}/"


def _network_address() -> str:
    """The address of this computer in its network, or its name if it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: this only asks which address would be used.
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError:
            return socket.gethostname()


if __name__ == "__main__":
    command(main)
