"""Every write of the measures. Each service is one transaction: change, ledger fact, nothing half-way."""
