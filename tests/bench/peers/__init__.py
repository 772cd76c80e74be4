"""Other solvers behind one signature: a problem in, orders of task ids out."""
