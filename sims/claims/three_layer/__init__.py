"""Nie et al. 2018 and TR-GBP on three layers: definitions, Lemma 1, Theorems 1 and 2, convergence."""
