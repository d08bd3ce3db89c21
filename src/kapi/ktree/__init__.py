"""Puts framework, generator and catalogue into a Linux source tree, and takes them out again."""
