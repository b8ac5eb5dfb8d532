"""The gateway of SMS phones: what sends messages, through whom, and what the phones of the house say."""
