"""The staff's screens of the measures: plan, evidence, proofs, dashboard, closing."""
