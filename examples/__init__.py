"""Short programs that use the project's code; `examples/README.md` lists them."""
