"""Surveys for tests."""

import secrets

import factory

from surveys.models import Survey
from tests.factories.people import OrganizationFactory


class SurveyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Survey

    organization = factory.SubFactory(OrganizationFactory)
    slug = factory.Sequence(lambda n: f"survey-{n}")
    title = factory.LazyAttribute(lambda s: s.slug.replace("-", " ").title())
    salt = factory.LazyFunction(lambda: secrets.token_bytes(16))
