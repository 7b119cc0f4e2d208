"""Groups of the organisation's directory, as an audience."""
