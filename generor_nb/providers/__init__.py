"""Remote APIs and the studio, all told in one language."""
