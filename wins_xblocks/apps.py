"""The plugin's declaration: all its wiring."""

from django.apps import AppConfig


class WinsXBlocksConfig(AppConfig):
    """One Django app for LMS and Studio."""

    name = "wins_xblocks"
    label = "wins_xblocks"
    verbose_name = "WINS Academy"
    default_auto_field = "django.db.models.BigAutoField"

    plugin_app = {
        "url_config": {
            "lms.djangoapp": {"namespace": "wins", "regex": r"^wins/", "relative_path": "web.urls"},
        },
        "settings_config": {
            project: {kind: {"relative_path": f"settings.{kind}"} for kind in ("common", "production")}
            for project in ("lms.djangoapp", "cms.djangoapp")
        },
        "signals_config": {
            "lms.djangoapp": {
                "relative_path": "receivers",
                "receivers": [
                    {
                        "receiver_func_name": "on_enrolment",
                        # By way of ours: the platform would not start with a path that it lacks.
                        "signal_path": f"wins_xblocks.heard.COURSE_ENROLLMENT_{when}",
                        "dispatch_uid": f"wins_xblocks.on_enrolment_{when.lower()}",
                    }
                    for when in ("CREATED", "CHANGED")
                ]
                + [
                    {
                        "receiver_func_name": "on_retirement",
                        "signal_path": f"wins_xblocks.heard.USER_RETIRE_LMS_{when}",
                        "dispatch_uid": f"wins_xblocks.on_retirement_{when.lower()}",
                    }
                    for when in ("MISC", "CRITICAL")
                ]
                + [
                    {
                        "receiver_func_name": "on_state_deleted",
                        "signal_path": "django.db.models.signals.post_delete",
                        "sender_path": "lms.djangoapps.courseware.models.StudentModule",
                        "dispatch_uid": "wins_xblocks.on_state_deleted",
                    }
                ],
            },
        },
    }

    def import_models(self) -> None:
        from .listeners import own_signals

        super().import_models()
        own_signals()

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers itself
