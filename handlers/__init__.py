"""The commands: each one use case, given a context and a typed request, answering with a typed reply."""
