"""Changing single documents of what is served: commands, removal for good, a folder that is watched."""
