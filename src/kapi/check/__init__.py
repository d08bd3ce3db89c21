"""What can be wrong with a spec in the light of its code and of the kernel's headers."""
