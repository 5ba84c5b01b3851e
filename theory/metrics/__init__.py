"""How pictures are measured and compared."""
