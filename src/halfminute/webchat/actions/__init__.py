"""The verbs of web chat."""
