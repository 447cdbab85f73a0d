"""Writing personas: drafts to start from, what spoils a comparison, what a model is sent, and two side by side."""
