"""The workspace's screens of complaints."""
