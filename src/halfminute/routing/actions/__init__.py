"""Every verb that changes who has a conversation, one a file. They commit in the web processes."""
