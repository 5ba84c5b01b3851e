"""Random numbers that have an address: streams, float32 normals, and the laws that weights are drawn from."""
