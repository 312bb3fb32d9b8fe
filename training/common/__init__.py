"""Code that every other package uses: errors, files, options, display and plots."""
