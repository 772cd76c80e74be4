"""Our own compiled search: ruin and recreate on the real clock, with breaks, setups and windows.

`search.search` is the engine; nothing is imported here, so that asking where its machine code lies
does not load the compiler.
"""
