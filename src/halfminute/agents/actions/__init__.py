"""Every write of agents, one verb a file."""
