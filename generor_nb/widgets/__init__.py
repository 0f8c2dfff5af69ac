"""Live controls: one Python file, one script and one style sheet each. Results are never widgets."""
