"""Child processes that do one job at a time under limits: what opens a hostile file is never the run itself."""
