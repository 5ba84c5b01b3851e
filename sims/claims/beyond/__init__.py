"""Three layers beyond the theorems: locality, pooling, classes, perturbations, weights."""
