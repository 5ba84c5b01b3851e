"""Estimates with their intervals, verdicts, and the defects that controls must notice."""
