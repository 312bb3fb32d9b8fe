"""The static page: building, serving, and Node.js for its JavaScript."""
