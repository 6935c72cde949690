"""Configured connections to providers: what comes in is handed on, what goes out is paced."""
