"""Specs in kernel images and in debugfs. Nothing is imported here, so that a use costs its part."""
