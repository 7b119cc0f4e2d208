"""The product, without a platform: pure rules, handlers that return data, views drawn when sent."""
