"""Compiled loops: three-layer networks from their draw to the fold, none of them kept; and the layers of deep ones."""
