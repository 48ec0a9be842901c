"""What every module shares. Knows no module and no HTTP."""
