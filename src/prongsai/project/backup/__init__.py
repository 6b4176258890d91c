"""Backup and restore of an installation or of one organization, in one file.

The rows are copied by COPY through the application's own driver, and not by pg_dump: it works the same on the
embedded server and on any other (whatever its version and whether it wants TLS), needs no login that bypasses
row-level security, and takes one organization as well as all. Schema is not in the file: migrations make it.
"""
