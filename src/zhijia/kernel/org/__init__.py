"""Where and who: regions (GB/T 2260), the union tree by region and by industry, employers (USCC)."""
