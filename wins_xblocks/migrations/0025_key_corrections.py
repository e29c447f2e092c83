import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('wins_xblocks', '0024_integrity_hints'),
    ]

    operations = [
        migrations.AddField(
            model_name='attempt',
            name='marked_by',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='jobline',
            name='attempt_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name='KeyCorrection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('chosen', models.JSONField()),
                ('lower', models.BooleanField()),
                ('reason', models.TextField()),
                ('told', models.TextField(blank=True, default='')),
                ('quizzes', models.JSONField(default=dict)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.BigIntegerField()),
                ('job_id', models.BigIntegerField(null=True)),
                ('done_at', models.DateTimeField(db_index=True, null=True)),
                ('bank', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='wins_xblocks.bankversion')),
                ('new', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrects', to='wins_xblocks.bankversion')),
            ],
        ),
        migrations.CreateModel(
            name='CorrectedVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('done', models.JSONField()),
                ('old', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrected', to='wins_xblocks.bankversion')),
                ('correction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='wins_xblocks.keycorrection')),
            ],
        ),
        migrations.CreateModel(
            name='Regraded',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('correct_before', models.PositiveIntegerField()),
                ('possible_before', models.PositiveIntegerField()),
                ('units_before', models.PositiveSmallIntegerField(null=True)),
                ('passed_before', models.BooleanField()),
                ('correct', models.PositiveIntegerField()),
                ('possible', models.PositiveIntegerField()),
                ('units', models.PositiveSmallIntegerField(null=True)),
                ('passed', models.BooleanField()),
                ('kept', models.BooleanField()),
                ('held_earned', models.FloatField(null=True)),
                ('held_possible', models.FloatField(null=True)),
                ('at', models.DateTimeField()),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='regraded', to='wins_xblocks.attempt')),
                ('correction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='regraded', to='wins_xblocks.keycorrection')),
            ],
        ),
        migrations.AddConstraint(
            model_name='keycorrection',
            constraint=models.UniqueConstraint(fields=('bank', 'number'), name='wins_key_correction_number'),
        ),
        migrations.AddConstraint(
            model_name='correctedversion',
            constraint=models.UniqueConstraint(fields=('correction', 'old'), name='wins_corrected_version'),
        ),
        migrations.AddConstraint(
            model_name='regraded',
            constraint=models.UniqueConstraint(fields=('attempt', 'correction'), name='wins_regraded_once'),
        ),
    ]
