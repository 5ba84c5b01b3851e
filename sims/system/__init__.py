"""What the rest stands on: files, processes, threads, memory, progress, errors, digits; no network, no claim."""
