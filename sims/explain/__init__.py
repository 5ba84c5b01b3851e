"""One picture, explained."""
