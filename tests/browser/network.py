"""A line that is cut and comes back."""


class Network:
    """DevTools take the network from a page, but neither from its worker, nor from what a page asks while it loads or
    sends while it goes: so the host goes away as well."""

    def __init__(self, browser, host):
        self.browser, self.host, self.there = browser, host, True

    def cut(self):
        self.host.stop()
        self.browser.offline(True)
        self.there = False

    def back(self):
        if not self.there:
            self.host.start(again=True)
            self.browser.offline(False)
            self.there = True
