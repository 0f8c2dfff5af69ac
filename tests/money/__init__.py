"""The money path proved under faults. The oracle is always the server's ledger, never our journal."""
