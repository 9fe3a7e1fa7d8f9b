"""HTTP as uvicorn speaks it, but for a stop: a desktop that keeps an idle connection doesn't hold the server up."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

GOODBYE_SECONDS = 1.0
"""How long what was written may take to leave before an idle connection is cut."""


class OfficeProtocol(HttpToolsProtocol):
    """Cuts idle connections soon after it has said goodbye.

    Over TLS a connection closes only once the other side has said goodbye, too, and a client that keeps a connection
    for later doesn't read: each stop took as long as a stop may.
    """

    def shutdown(self) -> None:
        """End the connection when its answer has left, at once where it is idle."""
        super().shutdown()
        cycle: RequestResponseCycle | None = self.cycle  # none before the first request
        if cycle is None or cycle.response_complete:
            self.loop.call_later(GOODBYE_SECONDS, self.transport.abort)
