from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('wins_xblocks', '0009_names_requests_places'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='documentname',
            index=models.Index(fields=['family', 'learner_id'], name='wins_name_family'),
        ),
        migrations.AddIndex(
            model_name='documentname',
            index=models.Index(fields=['country', 'learner_id'], name='wins_name_country'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(fields=['module', 'learner_id'], name='wins_reg_module_learner'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(fields=['module', 'state', 'learner_id', 'reached_at'], name='wins_reg_module_list'),
        ),
        # The longer one begins with it.
        migrations.RemoveIndex(
            model_name='registration',
            name='wins_reg_module_state',
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(fields=['state', 'learner_id', 'reached_at'], name='wins_reg_state_list'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(fields=['started_at', 'learner_id'], name='wins_reg_started_learner'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(fields=['module', 'course_id'], name='wins_reg_courses'),
        ),
    ]
