"""The calculators as pages: a catalogue by the worker's question, a form and its answer, and the way into a case."""
