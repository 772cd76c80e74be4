"""Units, offices, post offices, planning areas and addresses."""
