"""Tables that people send (CSV, XLSX): judged row by row, kept or handed back with reasons."""
