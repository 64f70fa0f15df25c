"""The PostgreSQL of the tests."""

from fakes.postgres import postgres_url

__all__ = ["postgres_url"]
