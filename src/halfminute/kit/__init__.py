"""Technique without words of the trade: database, log, ids, errors, settings, time."""
