"""Labour disputes before a mediator of the union: applied for, heard, agreed or not, and kept."""
