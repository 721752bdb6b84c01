"""Snapshots on this machine: one of them, and all of them under var/."""
