"""Coming, online or not: seats, and who waits for one."""
