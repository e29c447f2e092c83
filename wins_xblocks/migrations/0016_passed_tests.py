from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('wins_xblocks', '0015_asked_book_hours'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(fields=['purpose', 'passed', 'is_staff', 'cleared_at', 'registration_id'], name='wins_attempt_passed'),
        ),
    ]
