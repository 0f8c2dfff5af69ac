"""The studio as each of the other APIs; a module's ``NAME`` says which."""
