# Generated, then CheckConstraint spelled as rule(), as in 0001.

from django.db import migrations, models

from wins_xblocks.domain.tables import rule


class Migration(migrations.Migration):

    dependencies = [
        ('wins_xblocks', '0007_results'),
    ]

    operations = [
        migrations.CreateModel(
            name='ResultEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=64, unique=True)),
                ('learner_id', models.BigIntegerField(db_index=True)),
                ('exam', models.CharField(max_length=32)),
                ('kind', models.CharField(max_length=16)),
                ('happened_at', models.DateTimeField()),
                ('score', models.DecimalField(decimal_places=4, max_digits=10, null=True)),
                ('voucher_id', models.BigIntegerField(db_index=True, null=True)),
                ('reason', models.TextField(blank=True, default='')),
                ('evidence', models.TextField(blank=True, default='')),
                ('state', models.CharField(default='waiting', max_length=16)),
                ('entered_at', models.DateTimeField()),
                ('entered_by', models.BigIntegerField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.BigIntegerField(null=True)),
                ('alone', models.BooleanField(default=False)),
                ('note', models.TextField(blank=True, default='')),
            ],
        ),
        migrations.AddField(
            model_name='examfile',
            name='dropped_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='examfile',
            name='stepped_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='examrow',
            name='meant_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='examrow',
            name='voucher_id',
            field=models.BigIntegerField(db_index=True, null=True),
        ),
        migrations.AddIndex(
            model_name='examevent',
            index=models.Index(fields=['exam', 'kind', 'happened_at'], name='wins_exam_told'),
        ),
        migrations.AddIndex(
            model_name='examfile',
            index=models.Index(fields=['dropped_at', 'imported_at'], name='wins_exam_file_kept'),
        ),
        migrations.AddIndex(
            model_name='resultentry',
            index=models.Index(fields=['state', 'id'], name='wins_result_entry_waits'),
        ),
        migrations.AddConstraint(
            model_name='resultentry',
            constraint=rule('wins_result_entry_state', models.Q(('state__in', ['waiting', 'applied', 'refused']))),
        ),
        migrations.AddConstraint(
            model_name='resultentry',
            constraint=rule('wins_result_entry_two_people', models.Q(models.Q(('state', 'applied'), _negated=True), ('alone', True), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('entered_by')), _negated=True)), _connector='OR')),
        ),
    ]
