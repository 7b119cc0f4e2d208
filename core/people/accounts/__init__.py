"""One person with several accounts: joined by e-mail or by a code, and apart again."""
