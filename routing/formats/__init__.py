"""Problems and solutions as files: our own JSON and the formats of others."""
