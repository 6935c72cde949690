"""Our own channel: a chat on the operator's pages, and the visitors who use it."""
