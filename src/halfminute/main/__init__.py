"""Composition: which parts a process is made of, and how they are wired."""
