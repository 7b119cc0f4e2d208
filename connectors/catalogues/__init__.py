"""Where courses come from: any link, and providers that know their own courses and learners."""
