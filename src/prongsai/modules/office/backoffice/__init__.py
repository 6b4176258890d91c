"""The office's own screens: my work, settings, the whole register."""
