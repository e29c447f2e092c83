"""Our own openedx-events, for other plugins and the event bus: plain values, no code, no name, no mail address.

Needs the package openedx-events. The port imports it (``listeners.own_signals``), at start where the package is there.
Everything that is sent is listed in ``docs/events.md``.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

import attrs
from openedx_events.tooling import OpenEdxPublicSignal


@attrs.frozen
class StudyTimeData:
    """A registration, and the moment at which its required hours were reached."""

    user_id: int
    module: str
    course_id: str
    registration_id: int
    reached_at: datetime


@attrs.frozen
class VoucherData:
    """A voucher by its number, never its code, and whom it was issued to."""

    user_id: int
    module: str
    course_id: str
    registration_id: int
    exam: str
    voucher_id: int
    issued_at: datetime


@attrs.frozen
class ResultData:
    """A result of an exam: pass, fail, no_show, refused or incomplete. No score, no voucher, no evidence."""

    user_id: int
    module: str
    course_id: str
    registration_id: int
    exam: str
    result: str
    happened_at: datetime
    recorded_at: datetime


# .. event_type: org.wins.academy.study_time.hours_reached.v1
# .. event_name: HOURS_REACHED
# .. event_key_field: study_time.user_id
# .. event_description: The required hours of a module were reached, by study, book hours or accepted hours.
# .. event_data: StudyTimeData
# .. event_trigger_repository: wins-xblocks
HOURS_REACHED = OpenEdxPublicSignal(
    event_type="org.wins.academy.study_time.hours_reached.v1", data={"study_time": StudyTimeData}
)

# .. event_type: org.wins.academy.voucher.issued.v1
# .. event_name: VOUCHER_ISSUED
# .. event_key_field: voucher.user_id
# .. event_description: An exam voucher was issued to a learner who asked for it or waited.
# .. event_data: VoucherData
# .. event_trigger_repository: wins-xblocks
VOUCHER_ISSUED = OpenEdxPublicSignal(event_type="org.wins.academy.voucher.issued.v1", data={"voucher": VoucherData})

# .. event_type: org.wins.academy.exam.result_recorded.v1
# .. event_name: RESULT_RECORDED
# .. event_key_field: result.user_id
# .. event_description: A result of an exam was recorded, from a file or by hand.
# .. event_data: ResultData
# .. event_trigger_repository: wins-xblocks
RESULT_RECORDED = OpenEdxPublicSignal(
    event_type="org.wins.academy.exam.result_recorded.v1", data={"result": ResultData}
)


def send(event_type: str, at: datetime, data: Mapping[str, object]) -> None:
    """Send ``data`` as the one value of the signal of this type."""
    signal = OpenEdxPublicSignal.get_signal_by_type(event_type)
    ((key, value),) = signal.init_data.items()
    signal.send_event(time=at.astimezone(UTC), **{key: value(**data)})
