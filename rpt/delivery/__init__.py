"""Getting finished files to people: letters, transports, and the outbox that knows what was sent to whom."""
