"""Sends what agents wrote: once, in order per address, and says honestly how it went."""
