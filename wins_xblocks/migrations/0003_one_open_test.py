from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('wins_xblocks', '0002_held_certificates'),
    ]

    operations = [
        migrations.AddField(
            model_name='attempt',
            name='test_slot',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(fields=('registration_id', 'test_slot'), name='wins_attempt_one_open_test'),
        ),
    ]
