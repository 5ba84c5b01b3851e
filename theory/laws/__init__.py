"""The exact laws: closed forms and quadrature, blind to the networks that they speak about."""
