"""A whole installation from one store to another, or into a file: `export` and `import`."""
