"""The organization's own settings, its people, and everybody's work list."""
