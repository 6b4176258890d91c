"""What is filled in on the staff's screens of the measures."""
