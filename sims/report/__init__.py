"""Results → ledger and figures; sees results only."""
