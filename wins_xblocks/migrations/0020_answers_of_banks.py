from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('wins_xblocks', '0019_failed_tests'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(fields=['bank', 'is_staff', 'cleared_at', 'counts', 'module', 'purpose', 'learner_id', 'submitted_at'], name='wins_attempt_bank'),
        ),
    ]
