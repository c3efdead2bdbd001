"""What an organization has for itself: moved to a database of its own, written out as one archive, erased."""
