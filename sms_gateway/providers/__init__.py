"""Those who bring messages to phones, a module each."""
