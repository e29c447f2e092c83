from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('wins_xblocks', '0017_followed_registrations'),
    ]

    operations = [
        migrations.AddField(
            model_name='attempt',
            name='units',
            field=models.PositiveSmallIntegerField(null=True),
        ),
    ]
