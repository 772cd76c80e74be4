"""What people take away from a plan: sheets, tables and exchange files."""
