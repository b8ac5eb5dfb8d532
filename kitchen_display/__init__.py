"""The kitchen: commands of its screens, and the board."""
