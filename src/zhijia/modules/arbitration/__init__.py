"""A worker's case before the arbitration commission and the courts, watched by the union; and payment orders."""
