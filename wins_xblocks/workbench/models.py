"""What an Open edX platform would store for us: enrolments, course roles, field values, grades, completion.

Tables of the demo host only, made by ``migrate --run-syncdb``.
"""

from django.conf import settings
from django.db import models


class Enrolment(models.Model):
    """An active enrolment in a course."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    course_id = models.CharField(max_length=255)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "wins_host"
        constraints = [models.UniqueConstraint(fields=["user", "course_id"], name="wins_host_enrolled_once")]


class CourseRole(models.Model):
    """Author and staff of a course."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    course_id = models.CharField(max_length=255)

    class Meta:
        app_label = "wins_host"
        constraints = [models.UniqueConstraint(fields=["user", "course_id"], name="wins_host_role_once")]


class CourseInstructor(models.Model):
    """Who decides about learners' hours and tries in a course; staff of it too."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    course_id = models.CharField(max_length=255)

    class Meta:
        app_label = "wins_host"
        constraints = [models.UniqueConstraint(fields=["user", "course_id"], name="wins_host_instructs_once")]


class AuthorEdit(models.Model):
    """A field that an author changed: it hides the archive's value. ``value`` is JSON; NULL: the default again."""

    block = models.CharField(max_length=255)
    name = models.CharField(max_length=100)
    value = models.TextField(null=True)

    class Meta:
        app_label = "wins_host"
        constraints = [models.UniqueConstraint(fields=["block", "name"], name="wins_host_edit_once")]


class StudentState(models.Model):
    """A user-scoped field as JSON. ``block`` is what the scope tells: usage key, block type or nothing; user 0: all."""

    block = models.CharField(max_length=255)
    user_id = models.BigIntegerField()
    name = models.CharField(max_length=100)
    value = models.TextField()

    class Meta:
        app_label = "wins_host"
        constraints = [models.UniqueConstraint(fields=["block", "user_id", "name"], name="wins_host_state_once")]


class Grade(models.Model):
    """The last grade that a block published for a learner."""

    user_id = models.BigIntegerField()
    usage_key = models.CharField(max_length=255)
    earned = models.FloatField()
    possible = models.FloatField()
    published = models.DateTimeField()

    class Meta:
        app_label = "wins_host"
        constraints = [models.UniqueConstraint(fields=["user_id", "usage_key"], name="wins_host_grade_once")]


class BlockCompletion(models.Model):
    """How much of a block a learner has done, 0 to 1."""

    user_id = models.BigIntegerField()
    usage_key = models.CharField(max_length=255)
    completion = models.FloatField()

    class Meta:
        app_label = "wins_host"
        constraints = [models.UniqueConstraint(fields=["user_id", "usage_key"], name="wins_host_done_once")]
