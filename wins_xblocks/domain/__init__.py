"""The institute's rules, whatever shows them to whom. Nothing here knows XBlock, the web or Open edX."""


class Refusal(Exception):
    """A domain function says no, in words a person can act on.

    The sentence is a constant, so that it can be translated; what varies is in ``values``.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values

    def __str__(self) -> str:
        return self.sentence.format(**self.values)


def marked(sentence: str) -> str:
    """Mark a sentence for the catalogue; whoever shows it translates it (``gettext`` stays out of the rules)."""
    return sentence
