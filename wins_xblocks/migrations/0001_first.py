# Generated, then CheckConstraint spelled as rule(): Django renamed its argument between the releases we run on.

from django.db import migrations, models

from wins_xblocks.domain.tables import rule
import django.db.models.deletion


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('learner_id', models.BigIntegerField()),
                ('block', models.CharField(max_length=255)),
                ('number', models.PositiveIntegerField()),
                ('open_slot', models.PositiveSmallIntegerField(default=1, null=True)),
                ('module', models.CharField(blank=True, default='', max_length=64)),
                ('registration_id', models.BigIntegerField(db_index=True, null=True)),
                ('purpose', models.CharField(max_length=16)),
                ('pass_percent', models.PositiveSmallIntegerField()),
                ('is_staff', models.BooleanField(default=False)),
                ('seed', models.CharField(max_length=64)),
                ('drawn', models.JSONField()),
                ('responses', models.JSONField(default=dict)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('started_at', models.DateTimeField()),
                ('deadline', models.DateTimeField(null=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('correct', models.PositiveIntegerField(null=True)),
                ('possible', models.PositiveIntegerField()),
                ('passed', models.BooleanField(null=True)),
                ('grade_published_at', models.DateTimeField(null=True)),
                ('counts', models.BooleanField(default=True)),
                ('cleared_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='AuditAnchor',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('made_at', models.DateTimeField()),
                ('subjects', models.PositiveIntegerField()),
                ('last_entry_id', models.BigIntegerField()),
                ('digest', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=64)),
                ('seq', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('actor_id', models.BigIntegerField(null=True)),
                ('action', models.CharField(max_length=48)),
                ('facts', models.JSONField(default=dict)),
                ('text', models.TextField(null=True)),
                ('salt', models.CharField(max_length=32)),
                ('text_digest', models.CharField(max_length=64)),
                ('mac', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='BankVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hash', models.CharField(max_length=64, unique=True)),
                ('bank_id', models.CharField(db_index=True, max_length=128)),
                ('body', models.TextField()),
                ('made_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('exam', models.CharField(max_length=32)),
                ('order_number', models.CharField(max_length=64)),
                ('price', models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ('currency', models.CharField(blank=True, default='', max_length=3)),
                ('file_digest', models.CharField(max_length=64)),
                ('imported_at', models.DateTimeField()),
                ('imported_by', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, null=True, unique=True)),
                ('kind', models.CharField(max_length=32)),
                ('subject', models.CharField(max_length=128)),
                ('learner_id', models.BigIntegerField(db_index=True)),
                ('page', models.CharField(blank=True, default='', max_length=255)),
                ('text', models.TextField()),
                ('token', models.CharField(max_length=64, unique=True)),
                ('state', models.CharField(default='open', max_length=16)),
                ('opened_at', models.DateTimeField()),
                ('deadline', models.DateField()),
                ('answer', models.TextField(blank=True, default='')),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Entitlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('learner_id', models.BigIntegerField()),
                ('exam', models.CharField(max_length=32)),
                ('state', models.CharField(default='held', max_length=16)),
                ('source', models.CharField(max_length=32)),
                ('granted_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ExamEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('learner_id', models.BigIntegerField()),
                ('exam', models.CharField(max_length=32)),
                ('kind', models.CharField(max_length=16)),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.BigIntegerField(null=True)),
                ('voucher_id', models.BigIntegerField(null=True)),
                ('facts', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='KeyCanary',
            fields=[
                ('name', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('cipher', models.TextField()),
                ('digest', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='OfflineClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('learner_id', models.BigIntegerField()),
                ('registration_id', models.BigIntegerField(db_index=True)),
                ('day', models.DateField()),
                ('ms', models.BigIntegerField()),
                ('what', models.TextField()),
                ('state', models.CharField(max_length=16)),
                ('reason', models.TextField(blank=True, default='')),
                ('made_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='OutboxMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=48)),
                ('subject', models.CharField(max_length=96)),
                ('due', models.DateTimeField()),
                ('recipient_id', models.BigIntegerField(null=True)),
                ('values', models.JSONField(default=dict)),
                ('written_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('next_try_at', models.DateTimeField()),
                ('last_error', models.CharField(blank=True, default='', max_length=255)),
            ],
        ),
        migrations.CreateModel(
            name='PeriodicLease',
            fields=[
                ('name', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('holder', models.CharField(blank=True, default='', max_length=64)),
                ('until', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='PeriodicTask',
            fields=[
                ('name', models.CharField(max_length=48, primary_key=True, serialize=False)),
                ('last_run_at', models.DateTimeField(null=True)),
                ('last_result', models.TextField(blank=True, default='')),
            ],
        ),
        migrations.CreateModel(
            name='Pool',
            fields=[
                ('exam', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('claims', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='ProgrammeVersion',
            fields=[
                ('version', models.PositiveIntegerField(primary_key=True, serialize=False)),
                ('effective', models.DateField()),
                ('reason', models.TextField()),
                ('body', models.JSONField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('learner_id', models.BigIntegerField()),
                ('module', models.CharField(max_length=64)),
                ('course_id', models.CharField(max_length=255)),
                ('rule_version', models.PositiveIntegerField()),
                ('state', models.CharField(default='open', max_length=16)),
                ('open_slot', models.PositiveSmallIntegerField(default=1, null=True)),
                ('source', models.CharField(max_length=16)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('reached_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Strike',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('registration_id', models.BigIntegerField(db_index=True)),
                ('ms', models.BigIntegerField()),
                ('reason', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='StudyDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('learner_id', models.BigIntegerField()),
                ('registration_id', models.BigIntegerField()),
                ('module', models.CharField(max_length=64)),
                ('day', models.DateField()),
                ('ms', models.BigIntegerField(default=0)),
                ('sealed', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='StudyLearner',
            fields=[
                ('learner_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('beats', models.BigIntegerField(default=0)),
                ('idle_factor', models.PositiveSmallIntegerField(default=1)),
                ('notice_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='StudySession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('learner_id', models.BigIntegerField()),
                ('key', models.CharField(max_length=32)),
                ('registration_id', models.BigIntegerField()),
                ('module', models.CharField(max_length=64)),
                ('unit', models.CharField(max_length=255)),
                ('page', models.CharField(max_length=255)),
                ('kind', models.CharField(max_length=16)),
                ('begins', models.BigIntegerField()),
                ('ends', models.BigIntegerField()),
                ('reported', models.JSONField(default=list)),
                ('credited', models.JSONField(default=list)),
                ('credited_ms', models.BigIntegerField(default=0)),
                ('inputs', models.PositiveIntegerField(default=0)),
                ('flags', models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name='TakenBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('exam', models.CharField(max_length=32)),
                ('learner_id', models.BigIntegerField()),
                ('open_slot', models.PositiveSmallIntegerField(default=1, null=True)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='Voucher',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('cipher', models.TextField()),
                ('state', models.CharField(default='imported', max_length=16)),
                ('expires_on', models.DateField()),
                ('expires_zone', models.CharField(max_length=64)),
                ('expires_at', models.DateTimeField()),
                ('holder_id', models.BigIntegerField(db_index=True, null=True)),
                ('issued_at', models.DateTimeField(null=True)),
                ('revealed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_reason', models.TextField(blank=True, default='')),
            ],
        ),
        migrations.CreateModel(
            name='VoucherExam',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('exam', models.CharField(max_length=32)),
                ('state', models.CharField(default='free', max_length=16)),
                ('open_holder', models.BigIntegerField(null=True)),
                ('entitlement_id', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Waiver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ms', models.BigIntegerField()),
                ('reason', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.BigIntegerField()),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='waivers', to='wins_xblocks.registration')),
            ],
        ),
        migrations.CreateModel(
            name='VoucherWait',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('exam', models.CharField(max_length=32)),
                ('learner_id', models.BigIntegerField()),
                ('open_slot', models.PositiveSmallIntegerField(default=1, null=True)),
                ('since', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['exam', 'open_slot', 'since', 'id'], name='wins_wait_queue')],
            },
        ),
        migrations.AddConstraint(
            model_name='voucherwait',
            constraint=models.UniqueConstraint(fields=('exam', 'learner_id', 'open_slot'), name='wins_wait_one_open'),
        ),
        migrations.AddConstraint(
            model_name='voucherwait',
            constraint=rule('wins_wait_slot_is_state', models.Q(models.Q(('ended_at__isnull', True), ('open_slot', 1), ('open_slot__isnull', False)), models.Q(('ended_at__isnull', False), ('open_slot__isnull', True)), _connector='OR')),
        ),
        migrations.AddField(
            model_name='voucherexam',
            name='voucher',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exams', to='wins_xblocks.voucher'),
        ),
        migrations.AddField(
            model_name='voucher',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='vouchers', to='wins_xblocks.batch'),
        ),
        migrations.AddField(
            model_name='voucher',
            name='replaced_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='wins_xblocks.voucher'),
        ),
        migrations.AddField(
            model_name='takenback',
            name='voucher',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taken_back', to='wins_xblocks.voucher'),
        ),
        migrations.AddIndex(
            model_name='studysession',
            index=models.Index(fields=['learner_id', 'ends'], name='wins_session_ends'),
        ),
        migrations.AddIndex(
            model_name='studysession',
            index=models.Index(fields=['registration_id', 'unit'], name='wins_session_unit'),
        ),
        migrations.AddConstraint(
            model_name='studysession',
            constraint=models.UniqueConstraint(fields=('learner_id', 'key'), name='wins_session_key'),
        ),
        migrations.AddConstraint(
            model_name='studylearner',
            constraint=rule('wins_idle_factor', models.Q(('idle_factor__in', [1, 2, 3]))),
        ),
        migrations.AddIndex(
            model_name='studyday',
            index=models.Index(fields=['registration_id'], name='wins_day_registration'),
        ),
        migrations.AddConstraint(
            model_name='studyday',
            constraint=models.UniqueConstraint(fields=('learner_id', 'registration_id', 'day'), name='wins_day_once'),
        ),
        migrations.AddConstraint(
            model_name='studyday',
            constraint=rule('wins_day_not_negative', models.Q(('ms__gte', 0))),
        ),
        migrations.AddConstraint(
            model_name='strike',
            constraint=rule('wins_strike_positive', models.Q(('ms__gt', 0))),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(fields=['module', 'state'], name='wins_reg_module_state'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.UniqueConstraint(fields=('learner_id', 'module', 'open_slot'), name='wins_reg_one_open'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=rule('wins_reg_slot_is_state', models.Q(models.Q(('open_slot', 1), ('open_slot__isnull', False), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('open_slot__isnull', True)), _connector='OR')),
        ),
        migrations.AddIndex(
            model_name='outboxmessage',
            index=models.Index(fields=['sent_at', 'next_try_at'], name='wins_outbox_due'),
        ),
        migrations.AddConstraint(
            model_name='outboxmessage',
            constraint=models.UniqueConstraint(fields=('kind', 'subject', 'due'), name='wins_outbox_once'),
        ),
        migrations.AddConstraint(
            model_name='offlineclaim',
            constraint=rule('wins_book_positive', models.Q(('ms__gt', 0))),
        ),
        migrations.AddIndex(
            model_name='examevent',
            index=models.Index(fields=['learner_id', 'exam', 'happened_at', 'id'], name='wins_exam_fold'),
        ),
        migrations.AddField(
            model_name='entitlement',
            name='registration',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entitlements', to='wins_xblocks.registration'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['state', 'deadline'], name='wins_case_waiting'),
        ),
        migrations.AddConstraint(
            model_name='auditentry',
            constraint=models.UniqueConstraint(fields=('subject', 'seq'), name='wins_audit_seq'),
        ),
        migrations.AddField(
            model_name='attempt',
            name='bank',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='wins_xblocks.bankversion'),
        ),
        migrations.AddConstraint(
            model_name='waiver',
            constraint=rule('wins_waiver_positive', models.Q(('ms__gt', 0))),
        ),
        migrations.AddIndex(
            model_name='voucherexam',
            index=models.Index(fields=['exam', 'state'], name='wins_vexam_stock'),
        ),
        migrations.AddConstraint(
            model_name='voucherexam',
            constraint=models.UniqueConstraint(fields=('voucher', 'exam'), name='wins_vexam_once'),
        ),
        migrations.AddConstraint(
            model_name='voucherexam',
            constraint=models.UniqueConstraint(fields=('exam', 'open_holder'), name='wins_vexam_one_open'),
        ),
        migrations.AddConstraint(
            model_name='voucherexam',
            constraint=rule('wins_vexam_slot_is_state', models.Q(models.Q(('open_holder__isnull', False), ('state', 'open')), models.Q(('open_holder__isnull', True), ('state__in', ['free', 'closed'])), _connector='OR')),
        ),
        migrations.AddIndex(
            model_name='voucher',
            index=models.Index(fields=['state', 'expires_at', 'id'], name='wins_voucher_next'),
        ),
        migrations.AddConstraint(
            model_name='voucher',
            constraint=rule('wins_voucher_state', models.Q(('state__in', ['imported', 'issued', 'revealed', 'booked', 'used', 'lost', 'expired', 'void']))),
        ),
        migrations.AddConstraint(
            model_name='voucher',
            constraint=rule('wins_voucher_pool_is_clean', models.Q(models.Q(('state', 'imported'), _negated=True), models.Q(('holder_id__isnull', True), ('issued_at__isnull', True), ('revealed_at__isnull', True)), _connector='OR')),
        ),
        migrations.AddConstraint(
            model_name='voucher',
            constraint=rule('wins_voucher_open_has_holder', models.Q(models.Q(('state__in', ['issued', 'revealed', 'booked']), _negated=True), models.Q(('holder_id__isnull', False), ('issued_at__isnull', False)), _connector='OR')),
        ),
        migrations.AddConstraint(
            model_name='voucher',
            constraint=rule('wins_voucher_seen_has_time', models.Q(models.Q(('state__in', ['revealed', 'booked']), _negated=True), ('revealed_at__isnull', False), _connector='OR')),
        ),
        migrations.AddConstraint(
            model_name='takenback',
            constraint=models.UniqueConstraint(fields=('exam', 'learner_id', 'open_slot'), name='wins_taken_back_one_open'),
        ),
        migrations.AddIndex(
            model_name='entitlement',
            index=models.Index(fields=['learner_id', 'exam', 'state'], name='wins_entitlement_held'),
        ),
        migrations.AddConstraint(
            model_name='entitlement',
            constraint=models.UniqueConstraint(fields=('registration', 'exam'), name='wins_entitlement_once'),
        ),
        migrations.AddConstraint(
            model_name='entitlement',
            constraint=rule('wins_entitlement_used_at', models.Q(models.Q(('state', 'used'), ('used_at__isnull', False)), models.Q(models.Q(('state', 'used'), _negated=True), ('used_at__isnull', True)), _connector='OR')),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(fields=['registration_id', 'purpose', 'passed'], name='wins_attempt_test'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(fields=['submitted_at', 'grade_published_at'], name='wins_attempt_unpublished'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(fields=('learner_id', 'block', 'number'), name='wins_attempt_number'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(fields=('learner_id', 'block', 'open_slot'), name='wins_attempt_one_open'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=rule('wins_attempt_slot_is_state', models.Q(models.Q(('open_slot', 1), ('open_slot__isnull', False), ('passed__isnull', True), ('submitted_at__isnull', True)), models.Q(('open_slot__isnull', True), ('passed__isnull', False), ('submitted_at__isnull', False)), models.Q(('cleared_at__isnull', False), ('open_slot__isnull', True), ('passed__isnull', True), ('submitted_at__isnull', True)), _connector='OR')),
        ),
    ]
