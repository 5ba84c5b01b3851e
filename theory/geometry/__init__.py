"""Where windows lie on an image, the patches D_j that they cut out, and the compiled loops behind both."""
