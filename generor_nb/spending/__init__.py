"""The one path by which credits are spent: journal, budget, courier."""
