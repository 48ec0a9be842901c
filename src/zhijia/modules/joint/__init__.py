"""The joint mechanism (联动机制): matters between union and departments, meetings with them, decisions."""
