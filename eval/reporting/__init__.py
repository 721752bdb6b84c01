"""Runs and comparisons for people: tables, plots, saved reports."""
