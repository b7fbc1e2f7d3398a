"""Organizations and people for tests."""

from functools import cache

import factory
from django.contrib.auth.hashers import make_password

from accounts.models import Department, Membership, Organization, Person

PASSWORD = "four plain words here"


@cache
def hashed(password: str) -> str:
    """Once for each password: hashing one is slow on purpose, and a world has many people."""
    return make_password(password)


class OrganizationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organization

    slug = factory.Sequence(lambda n: f"district-{n}")
    name = factory.LazyAttribute(lambda o: o.slug.replace("-", " ").title())


class DepartmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Department

    organization = factory.SubFactory(OrganizationFactory)
    slug = factory.Sequence(lambda n: f"department-{n}")
    name = factory.LazyAttribute(lambda d: d.slug.replace("-", " ").title())


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")

    @factory.post_generation
    def password(self, create, extracted, **kwargs):
        self.password = hashed(extracted or PASSWORD)
        self.save(update_fields=["password"])


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    person = factory.SubFactory(PersonFactory)
    organization = factory.SubFactory(OrganizationFactory)
    role = "viewer"
