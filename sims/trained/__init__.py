"""What claims on trained networks ask for: photographs, published weights, and networks that have them in part."""
