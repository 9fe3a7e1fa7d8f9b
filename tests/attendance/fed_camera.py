"""A camera whose pictures a test feeds."""

from desktop.widgets.frame_source import FrameSource


class FedSource(FrameSource):
    """Gives what a test feeds; `on` tells whether anyone wants it."""

    def __init__(self):
        super().__init__()
        self.on = False

    def start(self):
        self.on = True

    def stop(self):
        self.on = False
