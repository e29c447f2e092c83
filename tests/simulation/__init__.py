"""Whole days of a simulated reader, played by the page's own script against the server's own views.

``days`` makes a day in true time; ``client.mjs`` plays it in virtual time; ``server`` answers; ``truth`` says what the
rule gives, ``peers`` what other rules would give; ``figures`` compares. None shares code with what is measured.
"""
