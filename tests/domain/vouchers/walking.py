"""The walk of vouchers, for the suite and for long."""

import logging

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RULE_MARKER, run_state_machine_as_test

from tests.conftest import NOW, person
from tests.edge import FOUNDATION, REGULATION
from wins_xblocks.domain.study_time import api as study_time
from wins_xblocks.domain.vouchers import names
from wins_xblocks.domain.vouchers.data import Name

from . import truths
from .builders import ready
from .machine import Vouchers


def walker(world, rules_file, caplog):
    """``walk(examples, steps)``, for which three learners are ready, one of a country that a person looks at.

    ``only`` these rules are walked, besides getting a code; nothing that was logged holds one.
    """
    rules_file("country_review: []", 'country_review: ["AT"]')
    caplog.set_level(logging.DEBUG)
    people = tuple(person(name) for name in ("anna", "berta", "clara"))
    for one, country in zip(people, ("FR", "FR", "AT"), strict=True):
        world.enrolments |= {(one.id, FOUNDATION), (one.id, REGULATION)}
        ready(one.id)
        names.confirm(one.id, Name("Given", "Example", country=country), NOW)
        study_time.accept_notice(one.id, NOW)

    def walk(examples, steps, only=(), wrap=lambda machine: machine, **more):
        rules = {name for name, what in vars(Vouchers).items() if hasattr(what, RULE_MARKER)}
        left_out = rules - {"import_codes", "ask_for_one", "show", *only}
        own = type("Own", (Vouchers,), {"people": people, **(dict.fromkeys(left_out) if only else {})})
        told = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck), **more}
        walked = settings(max_examples=examples, stateful_step_count=steps, **told)
        run_state_machine_as_test(wrap(own), settings=walked)
        truths.no_code(caplog.text)

    return walk
