"""Online payment: the provider behind one seam, the worker that speaks to it, and the door for what it tells us."""
