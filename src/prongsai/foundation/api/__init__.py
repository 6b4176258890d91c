"""The API's ground: tokens, who calls, how errors look."""
