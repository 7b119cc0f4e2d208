"""The working agreement: drafted together, closed in versions, answered one by one."""
