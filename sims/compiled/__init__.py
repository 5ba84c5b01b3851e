"""The compiled simulation of a three-layer network: many random networks a second, none of them kept."""
