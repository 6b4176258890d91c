"""A running web server of the product, for tests that come over the network as a browser or a program does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.test.testcases import LiveServerThread, _StaticFilesHandler  # type: ignore[attr-defined]


@contextmanager
def serving() -> Iterator[str]:
    """The address of the product with the settings of the moment: `http://localhost:40123`.

    It answers from a thread of its own and sees only what is committed. Who filled the tables empties them afterwards.
    """
    server = LiveServerThread("localhost", _StaticFilesHandler, port=0)
    server.daemon = True
    server.start()
    try:
        server.is_ready.wait()
        assert server.error is None, server.error
        yield f"http://localhost:{server.port}"
    finally:
        server.terminate()
