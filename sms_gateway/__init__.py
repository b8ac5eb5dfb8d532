"""The gateway of SMS phones: what sends messages, and through whom. The phones' own commands are yet to come."""
