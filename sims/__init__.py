"""Randomness, evidence and reporting: claims → results/ → paper_checks.md and figures/."""
