"""Shared screens of any kind of case."""
