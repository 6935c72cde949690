"""Halfminute: a contact centre where every channel waits in one queue."""
