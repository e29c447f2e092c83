# Generated, then CheckConstraint spelled as rule(), as in 0001.

from django.db import migrations, models

from wins_xblocks.domain.tables import rule


class Migration(migrations.Migration):

    dependencies = [
        ('wins_xblocks', '0023_measured_outage'),
    ]

    operations = [
        migrations.CreateModel(
            name='IntegrityLook',
            fields=[
                ('bank', models.BigIntegerField(primary_key=True, serialize=False)),
                ('until', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='IntegrityHint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=16)),
                ('bank', models.BigIntegerField()),
                ('module', models.CharField(blank=True, default='', max_length=64)),
                ('learner_id', models.BigIntegerField(db_index=True)),
                ('other_id', models.BigIntegerField(db_index=True, null=True)),
                ('attempt_id', models.BigIntegerField()),
                ('other_attempt_id', models.BigIntegerField(default=0)),
                ('facts', models.JSONField()),
                ('chance', models.FloatField()),
                ('state', models.CharField(default='open', max_length=16)),
                ('made_at', models.DateTimeField(db_index=True)),
                ('note', models.TextField(blank=True, default='')),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.BigIntegerField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'made_at'], name='wins_hint_state_made')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'attempt_id', 'other_attempt_id'), name='wins_hint_once'), rule('wins_hint_state', models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('note', ''), ('state', 'open')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state__in', ('kept', 'dismissed'))), _connector='OR'))],
            },
        ),
    ]
