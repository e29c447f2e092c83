from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('wins_xblocks', '0004_book_hours'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='attached',
            field=models.JSONField(null=True),
        ),
    ]
