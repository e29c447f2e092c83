"""What staff are asked about is found among many entries that count without a question."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("wins_xblocks", "0014_jobs"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="offlineclaim",
            index=models.Index(fields=["state", "sampled", "id"], name="wins_book_asked"),
        ),
        migrations.RemoveIndex(model_name="offlineclaim", name="wins_book_state"),
    ]
