from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('wins_xblocks', '0016_passed_tests'),
    ]

    operations = [
        migrations.AddField(
            model_name='attempt',
            name='units',
            field=models.PositiveSmallIntegerField(null=True),
        ),
    ]
