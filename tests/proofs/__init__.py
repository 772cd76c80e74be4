"""T1–T14 of the sync protocol: what proves that no paper and no act is lost or doubled."""
