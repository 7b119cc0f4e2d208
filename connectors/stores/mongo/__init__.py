"""The store for several machines: MongoDB, or whatever speaks its language and has transactions."""
