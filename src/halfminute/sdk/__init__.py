"""All of Halfminute that a plug-in may import."""
