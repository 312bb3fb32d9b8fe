"""The copies that ship: how each is written, packed and described."""
