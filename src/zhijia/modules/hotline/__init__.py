"""The 12351 hotline: one problem, in a worker's words, solved in time and confirmed by the worker."""
