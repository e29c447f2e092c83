from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('wins_xblocks', '0012_rules'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=48)),
                ('language', models.CharField(max_length=10)),
                ('version', models.PositiveIntegerField()),
                ('subject', models.CharField(blank=True, default='', max_length=150)),
                ('body', models.TextField(blank=True, default='')),
                ('made_by', models.BigIntegerField()),
                ('made_at', models.DateTimeField()),
                ('reason', models.TextField()),
            ],
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['at', 'id'], name='wins_audit_at'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['action', 'at', 'id'], name='wins_audit_action'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['actor_id', 'at', 'id'], name='wins_audit_actor'),
        ),
        migrations.AddIndex(
            model_name='outboxmessage',
            index=models.Index(fields=['written_at', 'id'], name='wins_outbox_written'),
        ),
        migrations.AddIndex(
            model_name='outboxmessage',
            index=models.Index(fields=['kind', 'written_at', 'id'], name='wins_outbox_kind'),
        ),
        migrations.AddIndex(
            model_name='outboxmessage',
            index=models.Index(fields=['recipient_id', 'written_at', 'id'], name='wins_outbox_recipient'),
        ),
        migrations.AddConstraint(
            model_name='mailtext',
            constraint=models.UniqueConstraint(fields=('kind', 'language', 'version'), name='wins_mail_text_version'),
        ),
    ]
