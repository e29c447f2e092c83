"""The walk of vouchers, for the suite and for long."""

import logging
from inspect import getmembers

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RULE_MARKER, run_state_machine_as_test

from . import truths
from .upheaval import COUNTRIES, Upheaval, arrive


def walker(world, rules_file, caplog):
    """``walk(examples, steps)``, for which three learners are ready, one of a country that a person looks at.

    ``only`` these rules are walked, besides getting a code; nothing that was logged holds one.
    """
    rules_file("country_review: []", 'country_review: ["AT"]')
    caplog.set_level(logging.DEBUG)
    people = tuple(arrive(*one) for one in zip(("anna", "berta", "clara"), COUNTRIES, strict=True))

    def walk(examples, steps, only=(), wrap=lambda machine: machine, **more):
        rules = {name for name, what in getmembers(Upheaval) if hasattr(what, RULE_MARKER)}
        left_out = rules - {"import_codes", "ask_for_one", "show", *only}
        own = type("Own", (Upheaval,), {"people": people, **(dict.fromkeys(left_out) if only else {})})
        told = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck), **more}
        walked = settings(max_examples=examples, stateful_step_count=steps, **told)
        run_state_machine_as_test(wrap(own), settings=walked)
        truths.no_code(caplog.text)

    return walk
