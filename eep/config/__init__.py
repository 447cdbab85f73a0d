"""What users write: personas, experiments, the library of both, and the tools that write personas."""
