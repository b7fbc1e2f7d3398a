"""Fixtures that every test may use. The services themselves are started by tests/support/plugin.py."""

from tests.support.fixtures import *  # noqa: F403
