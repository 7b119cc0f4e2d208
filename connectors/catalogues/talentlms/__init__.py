"""TalentLMS: courses, people, groups and completions, by its API v2 and a little of v1."""
