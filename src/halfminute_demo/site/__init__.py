"""The demo operator's site: plans, roaming, an order, and the chat on its pages."""
