"""The dispatcher's hands: changes to a plan, priced and judged before they are kept."""
