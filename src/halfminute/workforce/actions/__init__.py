"""Every write of planning, one verb a file."""
