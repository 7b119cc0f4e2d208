"""Any link as a course: what its page, or the service that shows it, says of it."""
