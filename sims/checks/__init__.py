"""Laws of ours against the simulation, an experiment each, as claims ask for them beside what is printed."""
