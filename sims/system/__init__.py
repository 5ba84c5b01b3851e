"""What the rest stands on: files, threads, errors, digits, progress; nothing of it knows a network or a claim."""
