"""What a citizen sees by the follow link: how each dossier stands, in plain words."""
