# Generated, then CheckConstraint spelled as rule(), as in 0001.

from django.db import migrations, models
import django.db.models.deletion

from wins_xblocks.domain.tables import rule


class Migration(migrations.Migration):

    dependencies = [
        ('wins_xblocks', '0006_low_stock'),
    ]

    operations = [
        migrations.CreateModel(
            name='ExamFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(max_length=128)),
                ('size', models.PositiveIntegerField()),
                ('imported_at', models.DateTimeField()),
                ('imported_by', models.BigIntegerField(null=True)),
                ('state', models.CharField(default='kept', max_length=16)),
                ('rows_done', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='ExamRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField()),
                ('key', models.CharField(max_length=160)),
                ('kind', models.CharField(max_length=16)),
                ('exam', models.CharField(max_length=32)),
                ('happened_at', models.DateTimeField()),
                ('score', models.DecimalField(decimal_places=4, max_digits=10, null=True)),
                ('cipher', models.TextField()),
                ('state', models.CharField(max_length=16)),
                ('reason', models.CharField(blank=True, default='', max_length=32)),
                ('voucher_id', models.BigIntegerField(null=True)),
                ('learner_id', models.BigIntegerField(db_index=True, null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.BigIntegerField(null=True)),
                ('note', models.TextField(blank=True, default='')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='wins_xblocks.examfile')),
            ],
        ),
        migrations.CreateModel(
            name='ExamFilePart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('cipher', models.TextField()),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='wins_xblocks.examfile')),
            ],
        ),
        migrations.AddConstraint(
            model_name='examfile',
            constraint=rule('wins_exam_file_state', models.Q(('state__in', ['kept', 'good', 'open', 'done']))),
        ),
        migrations.AddIndex(
            model_name='examrow',
            index=models.Index(fields=['state', 'id'], name='wins_exam_row_waits'),
        ),
        migrations.AddConstraint(
            model_name='examrow',
            constraint=models.UniqueConstraint(fields=('key', 'kind'), name='wins_exam_row_once'),
        ),
        migrations.AddConstraint(
            model_name='examrow',
            constraint=rule('wins_exam_row_state', models.Q(('state__in', ['applied', 'waiting', 'ignored']))),
        ),
        migrations.AddConstraint(
            model_name='examrow',
            constraint=rule('wins_exam_row_applied_to', models.Q(models.Q(('state', 'applied'), _negated=True), ('learner_id__isnull', False), _connector='OR')),
        ),
        migrations.AddConstraint(
            model_name='examfilepart',
            constraint=models.UniqueConstraint(fields=('file', 'number'), name='wins_exam_part_once'),
        ),
    ]
