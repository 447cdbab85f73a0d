"""Stimuli: what teachers read about and students look at. `eep.stimuli.animals` draws its own."""
