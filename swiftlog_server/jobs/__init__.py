"""Work to be done after the fact: the durable record of it."""
