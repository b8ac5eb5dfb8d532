"""The only code that speaks to MongoDB."""
