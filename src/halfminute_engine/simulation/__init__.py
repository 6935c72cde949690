"""A contact centre under a virtual clock: drawn customers and agents around the live `Router`."""
