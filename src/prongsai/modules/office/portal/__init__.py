"""Pages that are opened by a secret address: the calendar of a member, the first run of an installation."""
