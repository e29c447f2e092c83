"""Included at the root of ``/wins/``, inside the namespace ``wins``."""

from django.urls import path

from . import study_time

urlpatterns = [
    path("beat/hello", study_time.hello, name="hello"),
    path("beat", study_time.beat, name="beat"),
    path("notice", study_time.notice, name="notice"),
]
