"""Every write of reports that somebody asks for, one verb a file."""
