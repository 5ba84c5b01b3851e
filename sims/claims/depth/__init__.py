"""Deep stacks: the laws of depth and Proposition 1."""
