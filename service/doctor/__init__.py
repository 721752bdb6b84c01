"""What `python -m service doctor` looks at: this machine, the files that are served, what is exposed."""
