"""Planning: scenarios as files, and what a simulated one has shown as a table or a page."""
