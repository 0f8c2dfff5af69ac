"""The three other APIs that the studio speaks, on the same engines, accounts and ledger."""
