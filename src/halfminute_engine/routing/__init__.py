"""Who gets which conversation, and when: `Router`, a value machine of events in, commands out."""
