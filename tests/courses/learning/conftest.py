"""The same empty stores as in tests/cohorts, and a course that was sent."""

from tests.cohorts.conftest import empty, life

__all__ = ["empty", "life"]
