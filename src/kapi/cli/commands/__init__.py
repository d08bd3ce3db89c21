"""The subcommands, a module for each; :mod:`kapi.cli.parser` lists them."""
