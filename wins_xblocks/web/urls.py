"""Our pages, under ``/wins/`` in the LMS and in the embedded host."""

from django.urls import include, path, re_path

from . import (
    ask,
    book,
    booking,
    desk,
    desk_book,
    desk_cases,
    desk_result,
    desk_result_row,
    desk_results,
    desk_strike,
    desk_voucher,
    desk_vouchers,
    health,
    learner,
    record,
    timer,
    vouchers,
    wrong,
)  # fmt: skip

app_name = "wins"
urlpatterns = [
    path("", include("wins_xblocks.web.study_time_urls")),  # first: each page of a learner asks it every 90 s
    path("me/", learner.path_page, name="path"),
    path("me/study/", learner.study_page, name="study"),
    re_path(r"^me/study/(?P<module>[a-z0-9-]{1,64})/wrong$", wrong.wrong_page, name="wrong"),
    re_path(r"^me/study/(?P<registration_id>[0-9]{1,18})/record/$", record.record_page, name="record"),
    re_path(
        r"^me/study/(?P<registration_id>[0-9]{1,18})/record\.(?P<form>csv|json)$",
        record.record_file,
        name="record_file",
    ),
    path("me/time/", learner.time_page, name="time"),
    path("me/book/", book.book_page, name="book"),
    re_path(r"^me/book/(?P<entry_id>[0-9]{1,18})$", book.entry_page, name="book_entry"),
    path("me/timer/", timer.timer_page, name="timer"),
    path("me/timer/entry", timer.timer_entry, name="timer_entry"),
    path("me/timer/worker.js", timer.timer_worker, name="timer_worker"),  # where it stands is how far it reaches
    path("me/vouchers/", vouchers.vouchers_page, name="vouchers"),
    re_path(r"^me/vouchers/(?P<exam>[A-Z0-9-]{2,32})/booking$", booking.booking_page, name="booking"),
    re_path(r"^me/vouchers/(?P<exam>[A-Z0-9-]{2,32})/exam\.ics$", booking.calendar_page, name="calendar"),
    path("me/ask/", ask.ask_page, name="ask"),
    path("me/questions/", ask.questions_page, name="questions"),
    path("desk/", desk.desk_page, name="desk"),
    path("desk/learners", desk.learners_page, name="learners"),
    re_path(r"^desk/study/(?P<registration_id>[0-9]{1,18})/record/$", record.desk_record_page, name="desk_record"),
    re_path(
        r"^desk/study/(?P<registration_id>[0-9]{1,18})/record\.(?P<form>csv|json)$",
        record.desk_record_file,
        name="desk_record_file",
    ),
    re_path(r"^desk/study/(?P<registration_id>[0-9]{1,18})/strike$", desk_strike.strike_page, name="strike"),
    path("desk/book-hours", desk_book.book_hours_page, name="desk_book"),
    re_path(r"^desk/book-hours/(?P<entry_id>[0-9]{1,18})$", desk_book.entry_page, name="desk_book_entry"),
    re_path(r"^desk/questions/(?P<number>W-[0-9]{6,12})$", desk_cases.case_page, name="case"),
    re_path(r"^desk/questions/(?P<number>W-[0-9]{6,12})/answer$", desk_cases.answer_page, name="answer"),
    path("desk/results", desk_results.results_page, name="results"),
    path("desk/results/find", desk_result.find_page, name="result_find"),
    re_path(r"^desk/results/rows/(?P<row_id>[0-9]{1,18})$", desk_result_row.row_page, name="result_row"),
    re_path(r"^desk/results/entries/(?P<entry_id>[0-9]{1,18})$", desk_result.entry_page, name="result_entry"),
    re_path(
        r"^desk/results/of/(?P<learner_id>[0-9]{1,18})/(?P<exam>[A-Z0-9-]{2,32})$",
        desk_result.result_page,
        name="result",
    ),
    path("desk/vouchers/import", desk_vouchers.import_page, name="import"),
    # Not <int:…>: that takes numbers which no database has.
    re_path(r"^desk/vouchers/take-back/(?P<voucher_id>[0-9]{1,18})$", desk_vouchers.take_back_page, name="take_back"),
    path("desk/vouchers/find", desk_voucher.find_page, name="find_voucher"),
    re_path(r"^desk/vouchers/(?P<voucher_id>[0-9]{1,18})/$", desk_voucher.voucher_page, name="voucher"),
    re_path(r"^desk/vouchers/(?P<voucher_id>[0-9]{1,18})/act$", desk_voucher.act_page, name="voucher_act"),
    path("health", health.health, name="health"),
]
