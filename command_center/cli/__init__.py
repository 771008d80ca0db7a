"""The centre's command line: `python -m command_center.cli VERB --settings FILE`."""
