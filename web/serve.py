"""Serve a built page on this computer: `python -m web.serve web/dist/keyboard`."""

import argparse
import contextlib
import errno
import functools
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

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


class PageHandler(SimpleHTTPRequestHandler):
    """Files of one folder, with the types that browsers insist on, and nothing else."""

    # The operating system's table may know other types, or none for WebAssembly.
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
        """The type of a file by its suffix alone, of a compressed copy that of its file."""
        suffix = Path(str(path).removesuffix(".gz") if self._compressed else path).suffix.lower()
        return self.extensions_map.get(suffix, self.extensions_map[""])

    def translate_path(self, path: str) -> str:
        """The file for an address, or its compressed copy where the browser takes it."""
        found = super().translate_path(path)
        self._compressed = self._accepts_gzip() and Path(f"{found}.gz").is_file()
        return f"{found}.gz" if self._compressed else found

    def send_head(self) -> Any:
        """Find `index.html` by its name, so that its compressed copy is found, too."""
        path, mark, query = self.path.partition("?")
        if path.endswith("/"):
            self.path = f"{path}index.html{mark}{query}"
        return super().send_head()

    def _accepts_gzip(self) -> bool:
        accepted = self.headers.get("Accept-Encoding", "").split(",")
        return "gzip" in (encoding.split(";")[0].strip() for encoding in accepted)

    def list_directory(self, path: Any) -> None:
        """Refuse: a folder without a page has nothing to show."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        """Add the headers that every answer carries."""
        if self._compressed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Vary", "Accept-Encoding")
        self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Stay quiet: the terminal belongs to the person who started the server."""


def open_server(
    folder: Path, port: int, handler: type[PageHandler] = PageHandler, host: str = HOST
) -> ThreadingHTTPServer:
    """Bind a server for `folder`; port 0 takes a free one.

    Raises `UserError` when the folder holds no page or the address cannot be had.
    """
    if not (folder / "index.html").is_file():
        raise UserError(f"{folder} holds no page; build one with `make train` first")
    return bind(host, port, functools.partial(handler, directory=str(folder)))


def bind(host: str, port: int, handler: Callable[..., PageHandler]) -> ThreadingHTTPServer:
    """A server at an address of this computer; `UserError` when it cannot be had."""
    try:
        return ThreadingHTTPServer((host, port), handler)
    except socket.gaierror:
        raise UserError(
            f"{host} is no address; use 127.0.0.1 or 0.0.0.0 as HOST (--host)"
        ) from None
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise UserError(
                f"{host} is no address of this computer; use 127.0.0.1 or 0.0.0.0 as the host"
            ) from None
        used = error.errno == errno.EADDRINUSE
        reason = "in use by another program" if used else f"not to be had ({error.strerror})"
        raise UserError(f"port {port} is {reason}; choose another with PORT= (--port)") from error


@contextlib.contextmanager
def serving(
    folder: Path, port: int = 0, handler: type[PageHandler] = PageHandler, host: str = HOST
) -> Iterator[str]:
    """Serve `folder` in the background while the context lasts; gives the address, with a slash."""
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
    parser = Parser(
        "web.serve", "Serve a built page, to this computer only unless --host is given.", EXAMPLES
    )
    parser.add_argument("folder", type=Path, help="the built page")
    add_address_arguments(parser)
    options = parser.parse_args(argv)
    serve(options.folder, options.port, options.host)


def add_address_arguments(parser: argparse.ArgumentParser) -> None:
    """`--port` and `--host`: where to serve."""
    parser.add_argument("--port", type=PORT, default=8000, help="8000 if not given; 0 takes any")
    parser.add_argument(
        "--host",
        default=HOST,
        help=f"{HOST} if not given, for this computer only; {EVERYWHERE} is for the network",
    )


def serve(folder: Path, port: int, host: str) -> None:
    """Serve `folder` until the process is stopped, and say where."""
    with open_server(folder, port, host=host) as server:
        print(greeting(host, server.server_port), flush=True)
        server.serve_forever()


def greeting(host: str, port: int) -> str:
    """Where the page is, and who can open it there."""
    said = f"The page is at {address_of(host, port)} (Ctrl-C stops it)"
    if host == "localhost" or host.startswith("127."):
        return said
    return (
        f"{said}\nAnyone in your network can open it there, on a phone for instance. What they "
        "type stays in their browser. Offline use needs https or 127.0.0.1."
    )


def address_of(host: str, port: int) -> str:
    """What to open in a browser."""
    return f"http://{_network_address() if host == EVERYWHERE else host}:{port}/"


def _network_address() -> str:
    """The address of this computer in its network, or its name where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: this only asks which address would be used.
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError:
            return socket.gethostname()


if __name__ == "__main__":
    command(main)
