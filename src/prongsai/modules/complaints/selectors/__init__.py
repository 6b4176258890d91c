"""Reads of complaints."""
