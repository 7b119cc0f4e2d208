"""Who meets whom: pure, seeded, and the same again for the same people and the same seed.

`people.py` says what goes in and comes out, `draw.py` is the way in. Up to 800 people the best
pairs there are come out of a library; beyond, people are counted by kind, kinds are matched, and
what is left over or has met before goes back to the library. Only `draw.py` and what it imports
need numpy: import it where it is used, so that a service that draws nothing stays small.
"""
