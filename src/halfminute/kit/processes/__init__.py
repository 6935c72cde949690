"""Starts, names and ends processes so that none is left behind or taken for another."""
