"""Conversations and their messages: taken in, answered, closed, delivered."""
