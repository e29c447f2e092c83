"""Our views under the path they have in the LMS."""

from django.urls import include, path

urlpatterns = [path("wins/", include("wins_xblocks.web.urls", namespace="wins"))]
