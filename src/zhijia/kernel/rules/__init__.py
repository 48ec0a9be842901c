"""Values the law sets, by region and day, each with its legal basis; and the working-day calendar."""
