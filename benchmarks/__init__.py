"""How fast the simulations are, against PyTorch with Captum and against JAX, in one run on the same machine."""
