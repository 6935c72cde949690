"""Halfminute: a contact centre where every channel waits in one queue."""

__version__ = "0.1.0"
