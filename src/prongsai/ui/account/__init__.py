"""Signing in, one's own account, and the way into an organization. The machinery is django-allauth's."""
