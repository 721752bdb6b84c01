"""Snapshots on this machine: what one holds, and all of them under var/."""
