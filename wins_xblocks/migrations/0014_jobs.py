# Generated, then CheckConstraint spelled as rule(), as in 0001.

import django.db.models.deletion
from django.db import migrations, models

from wins_xblocks.domain.tables import rule


class Migration(migrations.Migration):

    dependencies = [
        ('wins_xblocks', '0013_mail_texts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=16)),
                ('cause', models.CharField(blank=True, default='', max_length=32)),
                ('reason', models.TextField(blank=True, default='')),
                ('digest', models.CharField(max_length=64)),
                ('state', models.CharField(default='checked', max_length=16)),
                ('open_slot', models.PositiveSmallIntegerField(null=True)),
                ('made_by', models.BigIntegerField()),
                ('made_at', models.DateTimeField()),
                ('started_by', models.BigIntegerField(null=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('ended_by', models.BigIntegerField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('total', models.PositiveIntegerField()),
                ('left_out', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('holder', models.CharField(blank=True, default='', max_length=32)),
                ('until', models.DateTimeField()),
                ('heard_at', models.DateTimeField(null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('dropped_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='JobLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField()),
                ('number', models.PositiveIntegerField()),
                ('exam', models.CharField(blank=True, default='', max_length=32)),
                ('learner_id', models.BigIntegerField(db_index=True, null=True)),
                ('voucher_id', models.BigIntegerField(null=True)),
                ('state', models.CharField(default='waiting', max_length=16)),
                ('sentence', models.TextField(blank=True, default='')),
                ('values', models.JSONField(default=dict)),
                ('at', models.DateTimeField(null=True)),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='wins_xblocks.job')),
            ],
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['state', 'until'], name='wins_job_due'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.UniqueConstraint(fields=('digest', 'open_slot'), name='wins_job_once'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=rule('wins_job_slot', models.Q(models.Q(('open_slot__isnull', False), ('state__in', ('waiting', 'running'))), models.Q(models.Q(('state__in', ('waiting', 'running')), _negated=True), ('open_slot__isnull', True)), _connector='OR')),
        ),
        migrations.AddIndex(
            model_name='jobline',
            index=models.Index(fields=['job', 'state', 'seq'], name='wins_job_next'),
        ),
        migrations.AddIndex(
            model_name='jobline',
            index=models.Index(fields=['job', 'number'], name='wins_job_number'),
        ),
        migrations.AddConstraint(
            model_name='jobline',
            constraint=models.UniqueConstraint(fields=('job', 'seq'), name='wins_job_line'),
        ),
    ]
