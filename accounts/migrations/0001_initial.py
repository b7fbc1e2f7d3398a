import accounts.models
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import planner.lib.db
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(max_length=64, validators=[django.core.validators.RegexValidator('^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$', 'Use lower-case letters, digits and hyphens, beginning and ending with a letter or a digit, 64 characters at most.')])),
                ('name', models.CharField(max_length=200)),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254)),
                ('name', models.CharField(blank=True, max_length=150)),
                ('is_active', models.BooleanField(default=True)),
                ('is_operator', models.BooleanField(default=False, help_text='Runs the installation: may see and do everything in all organizations.')),
                ('joined_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='person_email_once', violation_error_message='There is a person with this e-mail address already.')],
            },
        ),
        migrations.CreateModel(
            name='Organization',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(help_text='The short name in every address, for years.', max_length=64, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$', 'Use lower-case letters, digits and hyphens, beginning and ending with a letter or a digit, 64 characters at most.'), accounts.models.refuse_reserved_slug])),
                ('name', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('state', 'State agency'), ('district', 'District'), ('school', 'School')], default='district', max_length=8)),
                ('time_zone', models.CharField(default='America/New_York', help_text='Decides which day it is in this organization.', max_length=64, validators=[accounts.models.validate_time_zone])),
                ('accent', models.CharField(default='#27447f', help_text="The one color of this organization's pages.", max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-f]{6}$', 'Use a color such as #27447f.')])),
                ('is_sample', models.BooleanField(default=False, help_text='Its pages say that they show sample data.')),
                ('calendar_on', models.DateField(blank=True, help_text="A sample organization's calendar stands on this day; empty: today.", null=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='accounts.organization')),
            ],
            options={
                'ordering': ['name', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('calendar_on', None), ('is_sample', True), _connector='OR'), name='calendar_only_in_samples', violation_error_message="Only a sample's calendar can stand still.")],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('viewer', 'Viewer'), ('contributor', 'Contributor'), ('editor', 'Editor'), ('cabinet', 'Cabinet member'), ('admin', 'Administrator')], max_length=12)),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.department')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'organization'), name='membership_once'), models.CheckConstraint(condition=models.Q(('role__in', ['viewer', 'contributor', 'editor', 'cabinet', 'admin'])), name='membership_role_known')],
            },
        ),
        migrations.AddField(
            model_name='department',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='departments', to='accounts.organization'),
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('press', models.UUIDField(default=uuid.uuid4, help_text='All that one press changed has the same.')),
                ('at', models.DateTimeField(db_default=planner.lib.db.Clock())),
                ('channel', models.CharField(choices=[('web', 'on the web'), ('link', 'by mail link'), ('import', 'by import'), ('command', 'by command')], max_length=8)),
                ('verb', models.CharField(max_length=40)),
                ('kind', models.CharField(help_text='app.Model of what was changed.', max_length=60)),
                ('key', models.CharField(max_length=64)),
                ('old', models.JSONField(default=dict)),
                ('new', models.JSONField(default=dict)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'verbose_name_plural': 'audit entries',
                'indexes': [models.Index(fields=['kind', 'key', 'at'], name='accounts_au_kind_9f29d5_idx'), models.Index(fields=['press'], name='accounts_au_press_e74aa6_idx'), models.Index(fields=['organization', 'at'], name='accounts_au_organiz_d70af8_idx')],
            },
        ),
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='As the person called it.', max_length=255)),
                ('path', models.CharField(help_text='Below DATA_DIR/uploads.', max_length=255)),
                ('size', models.PositiveBigIntegerField(help_text='Bytes.')),
                ('sha256', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(db_default=planner.lib.db.Clock())),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='accounts.organization')),
            ],
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('fingerprint', models.CharField(blank=True, help_text='SHA-256 of the file when it was uploaded.', max_length=64)),
                ('settings', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Canceled')], default='waiting', max_length=10)),
                ('position', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('lease', models.UUIDField(help_text='Of the worker that has it.', null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('message', models.TextField(blank=True, help_text='For people: what it is doing, or why it failed.')),
                ('result', models.JSONField(null=True)),
                ('created_at', models.DateTimeField(db_default=planner.lib.db.Clock())),
                ('finished_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='accounts.organization')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='accounts.storedfile')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'leased_until'], name='accounts_jo_state_b12936_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'running', 'done', 'failed', 'cancelled'])), name='job_state_known')],
            },
        ),
        migrations.AddConstraint(
            model_name='department',
            constraint=models.UniqueConstraint(fields=('organization', 'slug'), name='department_slug_once'),
        ),
        migrations.AddConstraint(
            model_name='department',
            constraint=models.UniqueConstraint(models.F('organization'), django.db.models.functions.text.Lower('name'), name='department_name_once'),
        ),
    ]
