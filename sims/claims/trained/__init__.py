"""Statements on networks with published weights."""
