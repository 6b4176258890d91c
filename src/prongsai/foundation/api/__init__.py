"""The API's ground: personal tokens, and the answers kept so that a request sent twice acts once."""
