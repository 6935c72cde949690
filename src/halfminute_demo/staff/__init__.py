"""Simulated agents: they sign in as users do, and answer whom the router gives them."""
