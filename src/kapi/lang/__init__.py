"""The specification language: comment text to model and back."""
