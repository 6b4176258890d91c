"""Evidence files: `services.store_file`, `services.publish_file`, `services.open_file`, `selectors.reference`."""
