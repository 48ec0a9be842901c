"""The union's desk for meals and packs: what is set up, handed out, owed and paid."""
