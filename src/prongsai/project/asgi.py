"""The web application as `prongsai up` serves it."""

from prongsai.project.wsgi import application as answering

from prongsai.project.door import Door  # isort: skip (the settings first)

application = Door(answering)
