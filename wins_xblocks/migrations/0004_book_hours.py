# Generated, then CheckConstraint spelled as rule(), as in 0001.

from django.db import migrations, models

from wins_xblocks.domain.tables import rule


class Migration(migrations.Migration):

    dependencies = [
        ('wins_xblocks', '0003_one_open_test'),
    ]

    operations = [
        migrations.AddField(
            model_name='offlineclaim',
            name='module',
            field=models.CharField(default='', max_length=64),
        ),
        migrations.AddField(
            model_name='offlineclaim',
            name='revision',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='offlineclaim',
            name='sampled',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='offlineclaim',
            name='token',
            field=models.CharField(max_length=64, null=True),
        ),
        migrations.AddIndex(
            model_name='offlineclaim',
            index=models.Index(fields=['learner_id', 'day'], name='wins_book_day'),
        ),
        migrations.AddIndex(
            model_name='offlineclaim',
            index=models.Index(fields=['state', 'id'], name='wins_book_state'),
        ),
        migrations.AddConstraint(
            model_name='offlineclaim',
            constraint=rule('wins_book_decided', models.Q(models.Q(('decided_at__isnull', False), ('state__in', ['accepted', 'refused'])), models.Q(('decided_at__isnull', True), ('state__in', ['counted', 'waiting', 'withdrawn'])), _connector='OR')),
        ),
        migrations.AddConstraint(
            model_name='offlineclaim',
            constraint=models.UniqueConstraint(fields=('learner_id', 'token'), name='wins_book_token'),
        ),
    ]
