"""Which days a plan's reviews and reminders fall on, and whom they concern. Pure: no database, no clock."""
