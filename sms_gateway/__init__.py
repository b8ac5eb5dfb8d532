"""The gateway of SMS phones: its place in the layout, its commands and its sender are yet to come."""
