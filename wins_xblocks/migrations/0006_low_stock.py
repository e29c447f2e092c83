from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('wins_xblocks', '0005_what_a_question_is_about'),
    ]

    operations = [
        migrations.AddField(
            model_name='pool',
            name='low_told',
            field=models.BooleanField(default=False),
        ),
    ]
