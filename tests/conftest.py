"""Fixtures that every test may use. The services themselves are started by tests/support/plugin.py."""

from hypothesis import HealthCheck, settings

from tests.support.fixtures import *  # noqa: F403

# A busy machine is no fault of what is tested.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")
