from django.db import migrations, models


def mark(apps, schema_editor):
    """Those that were begun again before this column was there."""
    Registration = apps.get_model("wins_xblocks", "Registration")
    rows = Registration.objects.using(schema_editor.connection.alias).order_by()
    newest = {}
    ended = set()
    for id_, *whose in rows.values_list("id", "learner_id", "module").iterator(chunk_size=10_000):
        older, newer = sorted((id_, newest.get(tuple(whose), id_)))
        newest[tuple(whose)] = newer
        if older != newer:
            ended.add(older)
    ids = sorted(ended)
    for start in range(0, len(ids), 500):
        rows.filter(id__in=ids[start : start + 500]).update(followed=True)


class Migration(migrations.Migration):

    dependencies = [
        ("wins_xblocks", "0016_passed_tests"),
    ]

    operations = [
        migrations.AddField("registration", "followed", models.BooleanField(null=True)),
        migrations.AddIndex(
            "registration", models.Index(fields=["state", "followed", "learner_id"], name="wins_reg_ended")
        ),
        migrations.RunPython(mark, migrations.RunPython.noop, elidable=True),
    ]
