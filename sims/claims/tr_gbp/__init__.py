"""What the TR-GBP paper says of its own method: biases, borders, layers, classes."""
