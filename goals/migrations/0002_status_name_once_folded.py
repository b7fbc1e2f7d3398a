from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [
        ('goals', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='status', name='status_name_once'),
        migrations.AddConstraint(
            model_name='status',
            constraint=models.UniqueConstraint(models.F('scale'), Lower('name'), name='status_name_once'),
        ),
    ]
