"""Each part of an Academy in its turn."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime
from time import monotonic

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection

from wins_xblocks import context
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.domain.vouchers.models import Voucher
from wins_xblocks.web import roles

from . import asks, office, results, study, supply, tries, vouchers
from .lives import DAY, Study, lives
from .names import Name, name
from .table import Table, fast, go_on_after
from .trail import Trail

STAFF = 12  # of the Academy, in its three groups in turn


def generate(
    learners: int, seed: int = 1, now: datetime | None = None, tell: Callable[[str], None] = lambda text: None
) -> dict[str, int]:
    """Fill the empty tables; how many rows each of ours has. Raises LookupError where somebody is registered."""
    if Registration.objects.exists():
        raise LookupError("this database has learners already: take an empty one")
    fast()
    now = (now or context.now()).replace(microsecond=0)
    began = monotonic()
    for what in _steps(learners, seed, now):
        tell(f"{monotonic() - began:6.1f} s  {what}")
    ours = apps.get_app_config("wins_xblocks").get_models()
    return {model.__name__: model.objects.count() for model in ours}


def _steps(learners: int, seed: int, now: datetime) -> Iterator[str]:
    """Each part has its own luck, so that a change in one changes no other."""

    def luck(part: str) -> random.Random:
        return random.Random(f"{seed} {part}")

    rules, trail = context.programme(), Trail()
    staff = _staff()
    first = staff[-1] + 1
    people = _accounts(first, learners, luck("names"), now)
    yield f"{learners:,} accounts"
    all_ = lives(first, learners, rules, luck("lives"), now)
    _registrations(all_, trail)
    yield "registrations"
    study.fill(all_, staff, trail, luck("study"), now)
    yield "study time"
    tries.fill(all_, luck("tries"), now)
    yield "attempts"
    hand = supply.Hand(rules, context.voucher_keys(), staff, trail, luck("vouchers"), now)
    held = _vouchers(all_, hand)
    yield "vouchers and places"
    results.record(held, list(people), hand)
    yield "results"
    asks.questions(all_, hand)
    asks.reported(luck("reported"))
    asks.hints(luck("hints"), now)
    asks.corrected(hand)
    asks.requests(all_, hand)
    asks.documents(held, people, trail, luck("documents"))
    yield "questions, requests, names"
    office.fill(all_, hand)
    trail.store(luck("trail"), now)
    go_on_after(get_user_model(), *apps.get_app_config("wins_xblocks").get_models())
    if connection.vendor == "mysql":
        _analyse()
    yield "trail and mails"


def _staff() -> list[int]:
    """``staff1`` is an administrator, ``staff2`` a certification officer, ``staff3`` an auditor, and so on."""
    roles.ensure_groups()
    found, users = [], get_user_model().objects
    for number in range(1, STAFF + 1):
        person = users.create_user(f"staff{number}", f"staff{number}@example.org", first_name="Staff", last_name="Wins")
        person.groups.add(Group.objects.get(name=list(roles.GROUPS.values())[(number - 1) % 3]))
        found.append(person.id)
    return sorted(found)


def _accounts(first: int, learners: int, luck: random.Random, now: datetime) -> dict[int, Name]:
    people = {id_: name(luck) for id_ in range(first, first + learners)}
    columns = ("id", "username", "email", "password", "first_name", "last_name", "is_superuser", "is_staff",
               "is_active", "date_joined")  # fmt: skip
    with Table(get_user_model(), *columns) as rows:
        for id_, own in people.items():
            user = f"{own.given}{id_}".lower().encode("ascii", "ignore").decode()
            family = own.native if own.native and luck.random() < 0.1 else own.family
            rows.add(id_, user, f"{user}@example.org", "!", own.given, family, False, False, True, now - 1000 * DAY)
    return people


def _registrations(all_: list[list[Study]], trail: Trail) -> None:
    columns = ("id", "learner_id", "module", "course_id", "rule_version", "state", "open_slot", "source", "started_at",
               "ended_at", "reached_at", "followed")  # fmt: skip
    newest = {(own.learner, own.module.id): own.id for life in all_ for own in sorted(life, key=lambda own: own.id)}
    with Table(Registration, *columns) as rows:
        for own in sorted((own for life in all_ for own in life), key=lambda own: own.id):
            open_ = 1 if own.state == "open" else None
            followed = True if newest[own.learner, own.module.id] != own.id else None
            rows.add(own.id, own.learner, own.module.id, own.course, 1, own.state, open_, "enrolment", own.started,
                     own.ended, own.reached, followed)  # fmt: skip
            subject, facts = f"registration:{own.id}", {"module": own.module.id, "course": own.course, "rules": 1}
            trail.act(subject, "registration.opened", own.started, own.learner, facts | {"place": True})
            if own.reached:
                trail.act(subject, "hours.reached", own.reached, None, {"module": own.module.id})


def _vouchers(all_: list[list[Study]], hand: supply.Hand) -> list[vouchers.Held]:
    count = sum(map(len, all_))
    dry = frozenset(module.exam for module in (hand.rules.modules[1], hand.rules.modules[-1]))
    stories = vouchers.Stories(hand.luck, hand.now, count + 1, dry)
    for life in all_:
        stories.of(life)
    scale = max(len(all_) // 500, 2)
    supply.deliver(stories.held, dry, scale, hand)
    supply.places(all_, stories.places, stories.held, hand)
    vouchers.waiting(stories.waits, hand.trail)
    pooled = Voucher.objects.filter(state="imported").order_by("id").values_list("id", flat=True)
    supply.taken_back(all_, list(pooled[: max(len(all_) // 500, 1)]), hand)
    return stories.held


def _analyse() -> None:
    """What the server would find out by itself within a day."""
    tables = ", ".join(connection.introspection.django_table_names(only_existing=True))
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE TABLE {tables}")
        cursor.fetchall()
