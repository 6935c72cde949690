"""Media of messages: fetched after the ack, stored under our own keys, served by content."""
