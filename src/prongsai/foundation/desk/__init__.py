"""What the system remembers for a person between two clicks: drafts, forms already sent, saved views."""
