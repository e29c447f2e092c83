"""Questions of quizzes that learners report."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from wins_xblocks.domain.tables import rule


class Migration(migrations.Migration):

    dependencies = [
        ("wins_xblocks", "0020_answers_of_banks"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportedQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("learner_id", models.BigIntegerField()),
                ("bank_id", models.CharField(max_length=128)),
                ("item", models.CharField(max_length=64)),
                ("bank_hash", models.CharField(max_length=64)),
                ("module", models.CharField(blank=True, default="", max_length=64)),
                ("block", models.CharField(max_length=255)),
                ("number", models.PositiveIntegerField()),
                ("place", models.PositiveSmallIntegerField()),
                ("stem", models.CharField(max_length=300)),
                ("open_slot", models.PositiveSmallIntegerField(default=1, null=True)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reported",
                        to="wins_xblocks.case",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["bank_id", "item", "open_slot"], name="wins_reported_question")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["learner_id", "bank_id", "item", "open_slot"], name="wins_reported_once"
                    ),
                    rule("wins_reported_slot", Q(open_slot=1) | Q(open_slot__isnull=True)),
                ],
            },
        ),
    ]
