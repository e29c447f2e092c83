# Generated, then CheckConstraint spelled as rule(), as in 0001.

from django.db import migrations, models

from wins_xblocks.domain.tables import rule


class Migration(migrations.Migration):

    dependencies = [
        ('wins_xblocks', '0010_lists'),
    ]

    operations = [
        migrations.CreateModel(
            name='ExtraTry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('learner_id', models.BigIntegerField()),
                ('number', models.PositiveIntegerField()),
                ('registration_id', models.BigIntegerField(db_index=True, null=True)),
                ('block', models.CharField(blank=True, default='', max_length=255)),
                ('n', models.PositiveSmallIntegerField()),
                ('reason', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='StaffNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('learner_id', models.BigIntegerField(db_index=True)),
                ('text', models.TextField()),
                ('token', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.BigIntegerField()),
            ],
        ),
        migrations.AddConstraint(
            model_name='extratry',
            constraint=models.UniqueConstraint(fields=('learner_id', 'number'), name='wins_extra_try_number'),
        ),
        migrations.AddConstraint(
            model_name='extratry',
            constraint=rule('wins_extra_try_of_one', models.Q(('n__gt', 0), models.Q(models.Q(('block', ''), ('registration_id__isnull', False)), models.Q(('registration_id__isnull', True), models.Q(('block', ''), _negated=True)), _connector='OR'))),
        ),
    ]
