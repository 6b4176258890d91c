"""The exchange with Traffy Fondue (https://publicapi.traffy.in.th/exchange-api): tickets come in, states and answers go back.

Off until an office connects its own account. What came from there is never sent back there: a ticket makes no new
ticket, a status that was seen is not told, and what the office itself wrote is not heard again.
"""
