# Generated, then CheckConstraint spelled as rule(), as in 0001.

from django.db import migrations, models

from wins_xblocks.domain.tables import rule


def refuse_second_places(apps, schema_editor):
    """Before anything is taken away: the older tables hold one place for each registration and exam."""
    places = apps.get_model("wins_xblocks", "Entitlement").objects.using(schema_editor.connection.alias)
    if more := places.filter(number__gt=0).count():
        raise RuntimeError(f"{more} places in exams are second ones, which older tables cannot hold. Nothing was changed.")


class Migration(migrations.Migration):

    dependencies = [
        ('wins_xblocks', '0008_results_by_hand'),
    ]

    operations = [
        migrations.CreateModel(
            name='DocumentName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('learner_id', models.BigIntegerField(db_index=True)),
                ('given', models.CharField(blank=True, default='', max_length=30)),
                ('family', models.CharField(max_length=50)),
                ('native', models.CharField(blank=True, default='', max_length=100)),
                ('country', models.CharField(blank=True, default='', max_length=2)),
                ('text_version', models.CharField(max_length=16)),
                ('confirmed_at', models.DateTimeField()),
                ('confirmed_by', models.BigIntegerField(null=True)),
                ('reason', models.TextField(blank=True, default='')),
            ],
        ),
        migrations.CreateModel(
            name='VoucherRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('learner_id', models.BigIntegerField()),
                ('exam', models.CharField(max_length=32)),
                ('kind', models.CharField(max_length=16)),
                ('what', models.CharField(max_length=32)),
                ('text', models.TextField(blank=True, default='')),
                ('state', models.CharField(default='asked', max_length=16)),
                ('open_slot', models.PositiveSmallIntegerField(default=1, null=True)),
                ('asked_at', models.DateTimeField()),
                ('deadline', models.DateField()),
                ('overdue_told', models.BooleanField(default=False)),
                ('answer', models.TextField(blank=True, default='')),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='entitlement',
            name='granted_by',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='entitlement',
            name='number',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='entitlement',
            name='reason',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='voucher',
            name='extended_at',
            field=models.DateTimeField(null=True),
        ),
        # The new key before the old one goes: MySQL's foreign key needs an index at every moment.
        migrations.AddConstraint(
            model_name='entitlement',
            constraint=models.UniqueConstraint(fields=('registration', 'exam', 'number'), name='wins_entitlement_numbered'),
        ),
        migrations.RemoveConstraint(
            model_name='entitlement',
            name='wins_entitlement_once',
        ),
        migrations.AddIndex(
            model_name='voucherrequest',
            index=models.Index(fields=['state', 'deadline'], name='wins_request_waiting'),
        ),
        migrations.AddConstraint(
            model_name='voucherrequest',
            constraint=models.UniqueConstraint(fields=('learner_id', 'exam', 'kind', 'open_slot'), name='wins_request_one_open'),
        ),
        migrations.AddConstraint(
            model_name='voucherrequest',
            constraint=rule('wins_request_state', models.Q(('state__in', ['asked', 'granted', 'refused', 'withdrawn']))),
        ),
        migrations.AddConstraint(
            model_name='voucherrequest',
            constraint=rule('wins_request_slot_is_state', models.Q(models.Q(('open_slot', 1), ('open_slot__isnull', False), ('state', 'asked')), models.Q(models.Q(('state', 'asked'), _negated=True), ('open_slot__isnull', True)), _connector='OR')),
        ),
        # The last one: going back, it comes first.
        migrations.RunPython(migrations.RunPython.noop, refuse_second_places),
    ]
