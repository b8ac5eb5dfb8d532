"""The domain of a restaurant that takes orders: immutable values with their rules as methods, and no I/O
(`models.store` aside).
"""
