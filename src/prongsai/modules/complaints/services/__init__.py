"""Every write of complaints that casework does not do already. Each service is one transaction."""
