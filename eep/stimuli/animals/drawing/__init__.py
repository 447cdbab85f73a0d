"""How an animal becomes shapes: outlines, a canvas to put them on, and the parts of each family."""
