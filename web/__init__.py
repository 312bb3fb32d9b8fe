"""The static page, how it is built and served, and Node.js for its JavaScript."""
