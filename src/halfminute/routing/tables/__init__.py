"""The SQL of routing: offers, leases, the journal."""
