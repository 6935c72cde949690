"""Every write of queues, one verb a file."""
