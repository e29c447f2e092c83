from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('wins_xblocks', "0021_reported_questions"),
    ]

    operations = [
        migrations.CreateModel(
            name='ExtraTime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('learner_id', models.BigIntegerField()),
                ('number', models.PositiveIntegerField()),
                ('registration_id', models.BigIntegerField(db_index=True)),
                ('percent', models.PositiveSmallIntegerField()),
                ('minutes', models.PositiveSmallIntegerField()),
                ('reason', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.BigIntegerField()),
            ],
        ),
        migrations.AddConstraint(
            model_name='extratime',
            constraint=models.UniqueConstraint(fields=('learner_id', 'number'), name='wins_extra_time_number'),
        ),
    ]
