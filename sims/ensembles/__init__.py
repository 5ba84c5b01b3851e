"""Random networks: their weights are drawn, the network is the real one."""
