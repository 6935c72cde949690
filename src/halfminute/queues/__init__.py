"""Where conversations wait, and how long they may: queues and who serves them."""
