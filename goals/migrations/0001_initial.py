import accounts.models
import django.core.validators
import django.db.models.deletion
import planner.lib.db
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(help_text='Its short name in addresses, for years.', max_length=64, validators=[django.core.validators.RegexValidator('^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$', 'Use lower-case letters, digits and hyphens, beginning and ending with a letter or a digit, 64 characters at most.'), accounts.models.refuse_reserved_slug])),
                ('title', models.CharField(max_length=300)),
                ('description', models.TextField(blank=True)),
                ('levels', models.JSONField(blank=True, default=dict, help_text='What this plan calls its levels, in the singular: goal_area, performance_objective, strategy, action_step.')),
                ('stage', models.CharField(choices=[('draft', 'Draft'), ('review', 'In review'), ('adopted', 'Adopted'), ('closed', 'Closed')], default='draft', max_length=8)),
                ('visibility', models.CharField(choices=[('private', 'Private'), ('reports', 'Published reports only'), ('live', 'Live')], default='private', help_text='What visitors see. An imported plan is private until somebody publishes it.', max_length=8)),
                ('review_interval_days', models.PositiveSmallIntegerField(default=90, help_text='A step that nobody confirmed for so many days is drawn hatched.')),
                ('names_are_public', models.BooleanField(default=False, help_text='Whether visitors see the names of persons who lead; else their department or role stands there.')),
                ('generation', models.PositiveBigIntegerField(default=0, help_text='Rises in the transaction of each change; pages are kept under it.')),
                ('created_at', models.DateTimeField(db_default=planner.lib.db.Clock())),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='accounts.organization')),
                ('predecessor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successors', to='goals.plan')),
            ],
            options={
                'ordering': ['title', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('organization', 'slug'), name='plan_slug_once'), models.CheckConstraint(condition=models.Q(('stage__in', ['draft', 'review', 'adopted', 'closed'])), name='plan_stage_known'), models.CheckConstraint(condition=models.Q(('visibility__in', ['private', 'reports', 'live'])), name='plan_visibility_known'), models.CheckConstraint(condition=models.Q(('review_interval_days__gte', 1)), name='plan_review_interval_positive')],
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_of', models.DateField()),
                ('recorded_at', models.DateTimeField(db_default=planner.lib.db.Clock())),
                ('channel', models.CharField(choices=[('web', 'on the web'), ('link', 'by mail link'), ('import', 'by import'), ('command', 'by command')], max_length=8)),
                ('press', models.UUIDField()),
                ('name', models.CharField(help_text='Of the file.', max_length=255)),
                ('sha256', models.CharField(max_length=64)),
                ('summary', models.JSONField(default=dict)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.storedfile')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='goals.plan')),
            ],
            options={
                'ordering': ['as_of', 'recorded_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PlanNode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('goal_area', 'Goal area'), ('performance_objective', 'Performance objective'), ('strategy', 'Strategy'), ('action_step', 'Action step')], max_length=24)),
                ('address', models.CharField(help_text='Its public address within the plan and kind; made once, never given again.', max_length=400)),
                ('predecessor', models.ForeignKey(blank=True, help_text='Its node in the plan before this one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successors', to='goals.plannode')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nodes', to='goals.plan')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('plan', 'kind', 'address'), name='node_address_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['goal_area', 'performance_objective', 'strategy', 'action_step'])), name='node_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='NodeRedirect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('goal_area', 'Goal area'), ('performance_objective', 'Performance objective'), ('strategy', 'Strategy'), ('action_step', 'Action step')], max_length=24)),
                ('address', models.CharField(max_length=400)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='redirects', to='goals.plannode')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='goals.plan')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('plan', 'kind', 'address'), name='redirect_address_once')],
            },
        ),
        migrations.CreateModel(
            name='StatusScale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='status_scales', to='accounts.organization')),
                ('plan', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='scale', to='goals.plan')),
            ],
        ),
        migrations.CreateModel(
            name='Status',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('rank', models.PositiveSmallIntegerField(blank=True, help_text='Place on the ladder, 1 is the lowest; empty: off the ladder, as On hold.', null=True)),
                ('meaning', models.CharField(choices=[('not_started', 'Not started'), ('under_way', 'Under way'), ('complete', 'Complete'), ('stopped', 'Stopped')], max_length=12)),
                ('is_retired', models.BooleanField(default=False)),
                ('scale', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='statuses', to='goals.statusscale')),
            ],
            options={
                'verbose_name_plural': 'statuses',
                'ordering': ['scale', models.OrderBy(models.F('rank'), descending=True, nulls_last=True), 'pk'],
                'constraints': [models.UniqueConstraint(fields=('scale', 'name'), name='status_name_once'), models.UniqueConstraint(condition=models.Q(('is_retired', False)), fields=('scale', 'rank'), name='status_rank_once'), models.CheckConstraint(condition=models.Q(('meaning__in', ['not_started', 'under_way', 'complete', 'stopped'])), name='status_meaning_known')],
            },
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_of', models.DateField(help_text='The day from which it is true.')),
                ('recorded_at', models.DateTimeField(db_default=planner.lib.db.Clock(), help_text="When it was written down, by the database's clock.")),
                ('channel', models.CharField(choices=[('web', 'on the web'), ('link', 'by mail link'), ('import', 'by import'), ('command', 'by command')], max_length=8)),
                ('press', models.UUIDField(default=uuid.uuid4)),
                ('line', models.PositiveIntegerField(help_text="Of the edition's source, from 1.", null=True)),
                ('code', models.CharField(blank=True, max_length=60)),
                ('title', models.TextField()),
                ('description', models.TextField(blank=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edition', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='goals.edition')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_versions', to='goals.plannode')),
            ],
            options={
                'ordering': ['as_of', 'recorded_at', 'pk'],
                'abstract': False,
                'indexes': [models.Index(fields=['node', 'as_of', 'recorded_at', 'id'], name='wording_newest')],
            },
        ),
        migrations.CreateModel(
            name='GoalArea',
            fields=[
                ('node', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='%(class)s', serialize=False, to='goals.plannode')),
                ('code', models.CharField(blank=True, max_length=60)),
                ('title', models.TextField()),
                ('description', models.TextField(blank=True)),
                ('position', models.BigIntegerField()),
                ('is_present', models.BooleanField(default=True)),
                ('reworded_on', models.DateField(help_text='Day of the wording that stands, where it is not the first.', null=True)),
                ('lead_words', models.CharField(blank=True, max_length=200)),
                ('due', models.DateField(null=True)),
                ('lead_department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department')),
                ('lead_person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_set', to='goals.plan')),
            ],
            options={
                'ordering': ['position', 'pk'],
                'abstract': False,
                'indexes': [models.Index(fields=['plan', 'is_present'], name='goalarea_of_plan')],
            },
        ),
        migrations.CreateModel(
            name='PerformanceObjective',
            fields=[
                ('node', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='%(class)s', serialize=False, to='goals.plannode')),
                ('code', models.CharField(blank=True, max_length=60)),
                ('title', models.TextField()),
                ('description', models.TextField(blank=True)),
                ('position', models.BigIntegerField()),
                ('is_present', models.BooleanField(default=True)),
                ('reworded_on', models.DateField(help_text='Day of the wording that stands, where it is not the first.', null=True)),
                ('lead_words', models.CharField(blank=True, max_length=200)),
                ('due', models.DateField(null=True)),
                ('goal_area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objectives', to='goals.goalarea')),
                ('lead_department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department')),
                ('lead_person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_set', to='goals.plan')),
            ],
            options={
                'ordering': ['position', 'pk'],
                'abstract': False,
                'indexes': [models.Index(fields=['plan', 'is_present'], name='performanceobjective_of_plan')],
            },
        ),
        migrations.CreateModel(
            name='Strategy',
            fields=[
                ('node', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='%(class)s', serialize=False, to='goals.plannode')),
                ('code', models.CharField(blank=True, max_length=60)),
                ('title', models.TextField()),
                ('description', models.TextField(blank=True)),
                ('position', models.BigIntegerField()),
                ('is_present', models.BooleanField(default=True)),
                ('reworded_on', models.DateField(help_text='Day of the wording that stands, where it is not the first.', null=True)),
                ('lead_words', models.CharField(blank=True, max_length=200)),
                ('due', models.DateField(null=True)),
                ('goal_area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='strategies', to='goals.goalarea')),
                ('lead_department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department')),
                ('lead_person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('objective', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='strategies', to='goals.performanceobjective')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_set', to='goals.plan')),
            ],
            options={
                'verbose_name_plural': 'strategies',
                'ordering': ['position', 'pk'],
                'abstract': False,
                'indexes': [models.Index(fields=['plan', 'is_present'], name='strategy_of_plan')],
            },
        ),
        migrations.CreateModel(
            name='DueDate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_of', models.DateField(help_text='The day from which it is true.')),
                ('recorded_at', models.DateTimeField(db_default=planner.lib.db.Clock(), help_text="When it was written down, by the database's clock.")),
                ('channel', models.CharField(choices=[('web', 'on the web'), ('link', 'by mail link'), ('import', 'by import'), ('command', 'by command')], max_length=8)),
                ('press', models.UUIDField(default=uuid.uuid4)),
                ('line', models.PositiveIntegerField(help_text="Of the edition's source, from 1.", null=True)),
                ('due', models.DateField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edition', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='goals.edition')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_versions', to='goals.plannode')),
            ],
            options={
                'ordering': ['as_of', 'recorded_at', 'pk'],
                'abstract': False,
                'indexes': [models.Index(fields=['node', 'as_of', 'recorded_at', 'id'], name='duedate_newest')],
            },
        ),
        migrations.CreateModel(
            name='Lead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_of', models.DateField(help_text='The day from which it is true.')),
                ('recorded_at', models.DateTimeField(db_default=planner.lib.db.Clock(), help_text="When it was written down, by the database's clock.")),
                ('channel', models.CharField(choices=[('web', 'on the web'), ('link', 'by mail link'), ('import', 'by import'), ('command', 'by command')], max_length=8)),
                ('press', models.UUIDField(default=uuid.uuid4)),
                ('line', models.PositiveIntegerField(help_text="Of the edition's source, from 1.", null=True)),
                ('words', models.CharField(blank=True, max_length=200)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department')),
                ('edition', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='goals.edition')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_versions', to='goals.plannode')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['as_of', 'recorded_at', 'pk'],
                'abstract': False,
                'indexes': [models.Index(fields=['node', 'as_of', 'recorded_at', 'id'], name='lead_newest')],
            },
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_of', models.DateField(help_text='The day from which it is true.')),
                ('recorded_at', models.DateTimeField(db_default=planner.lib.db.Clock(), help_text="When it was written down, by the database's clock.")),
                ('channel', models.CharField(choices=[('web', 'on the web'), ('link', 'by mail link'), ('import', 'by import'), ('command', 'by command')], max_length=8)),
                ('press', models.UUIDField(default=uuid.uuid4)),
                ('line', models.PositiveIntegerField(help_text="Of the edition's source, from 1.", null=True)),
                ('position', models.BigIntegerField()),
                ('is_present', models.BooleanField(default=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edition', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='goals.edition')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_versions', to='goals.plannode')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='goals.plannode')),
            ],
            options={
                'ordering': ['as_of', 'recorded_at', 'pk'],
                'abstract': False,
                'indexes': [models.Index(fields=['node', 'as_of', 'recorded_at', 'id'], name='place_newest')],
            },
        ),
    ]
