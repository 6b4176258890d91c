"""Papers of complaints."""
