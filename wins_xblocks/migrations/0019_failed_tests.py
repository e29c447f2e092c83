from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('wins_xblocks', '0018_parts_of_points'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='attempt',
            name='wins_attempt_passed',
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(fields=['purpose', 'passed', 'is_staff', 'cleared_at', 'registration_id', 'counts', 'submitted_at'], name='wins_attempt_passed'),
        ),
    ]
