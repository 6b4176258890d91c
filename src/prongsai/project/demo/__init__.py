"""A demonstration installation: one real plan with sample evidence, and one fictional organization."""
