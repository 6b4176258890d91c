"""Forms of complaints: what citizens are asked, and what the staff fill in."""
