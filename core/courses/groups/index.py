"""Groups as a provider has them, and cohorts."""

from core.slices import Slice

SLICE = Slice()
