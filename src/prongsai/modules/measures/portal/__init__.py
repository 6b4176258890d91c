"""The public pages of the measures: read-only, without an account, kept as bytes where nothing is secret in them."""
