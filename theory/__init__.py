"""Deterministic mathematics of backpropagation pictures: draws no random number, reads no file, prints nothing."""
