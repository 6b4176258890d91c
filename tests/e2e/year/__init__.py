"""A whole year of an office, walked in a browser: who walks, what is watched on the way, and the year's chapters."""
