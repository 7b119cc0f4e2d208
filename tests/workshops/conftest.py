"""The same empty stores as in tests/cohorts."""

from tests.cohorts.conftest import empty, life

__all__ = ["empty", "life"]
