"""Planning: next year's targets held against the past, rolled down, and bridged by the team's measures."""
