"""What every part uses: errors, files, options, display, plots."""
